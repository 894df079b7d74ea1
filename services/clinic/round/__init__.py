"""The dosing round over HTTP: the list for a tablet, the events that it sends, and the pages that work without one."""
