// Counts down to when somebody has to look again, and says so when it is time. Without a script the time of day stands there.
(() => {
  const clocks = [...document.querySelectorAll("[data-until]")];
  const loadedAt = performance.now();

  function draw() {
    const passed = Math.floor((performance.now() - loadedAt) / 1000);
    for (const clock of clocks) {
      const left = Number(clock.dataset.until) - passed;
      const due = left <= 0;
      clock.classList.toggle("round-due", due);
      const minutes = Math.floor(Math.max(left, 0) / 60);
      const seconds = String(Math.max(left, 0) % 60).padStart(2, "0");
      clock.querySelector("[data-left]").textContent = `${minutes}:${seconds}`;
      clock.querySelector("[data-now]").hidden = !due;
    }
  }

  if (clocks.length === 0) return;
  draw();
  setInterval(draw, 1000);
})();
