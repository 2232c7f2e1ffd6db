// Shows the page again when a file of the course has been saved.
"use strict";
const stamp = document.querySelector("[data-stamp]").dataset.stamp;
setInterval(async () => {
  try {
    const answer = await fetch("/changes");
    if (answer.ok && (await answer.text()) !== stamp) location.reload();
  } catch { /* the preview was stopped; the page stays */ }
}, 700);
