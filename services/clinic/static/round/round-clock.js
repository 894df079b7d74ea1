// What time it is: the tablet's clock, put right by the server's at the last contact if the two are far apart.
// What is recorded carries the tablet's own time and both clocks, so that the server can do the same.
(() => {
  const Round = (window.Round ??= {});
  const tolerated = 2 * 60_000;
  let contact = null;
  let latest = 0; // the latest time that this tablet ever saw, by the clock as it was put right

  const two = (number) => String(number).padStart(2, "0");

  // The tablet's own time, with its offset.
  function deviceTime(at = new Date()) {
    const minutes = -at.getTimezoneOffset();
    const offset = `${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
    return new Date(at.getTime() + minutes * 60_000).toISOString().replace("Z", offset);
  }

  function difference() {
    return contact ? Date.parse(contact.server_at) - Date.parse(contact.device_at) : 0;
  }

  // By how many milliseconds the tablet is behind; nought if that does not matter.
  function wrongBy() {
    return Math.abs(difference()) > tolerated ? difference() : 0;
  }

  const now = () => new Date(Date.now() + wrongBy());

  // The server's time is believed: also if the tablet saw a later one.
  function seen(serverAt) {
    contact = { server_at: serverAt, device_at: deviceTime() };
    latest = Date.parse(serverAt);
  }

  // By how many milliseconds it is earlier now than it was already, or than another time that was; nought if that does not matter.
  function wentBack(known) {
    const back = Math.max(latest, known ? Date.parse(known) : 0) - now();
    return back > tolerated ? back : 0;
  }

  // The latest time, to be kept.
  const noted = () => (latest = Math.max(latest, now().getTime()));

  // What was kept when the page was open last.
  function recall(kept, keptLatest) {
    contact = kept ?? contact;
    latest = Math.max(latest, keptLatest ?? 0);
  }

  Round.clock = { deviceTime, wrongBy, wentBack, noted, now, seen, contact: () => contact, recall };
})();
