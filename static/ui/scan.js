/* The scan in the review workbench: enlarge, move and turn it in place, and show which row belongs to which box.
   Without this script the links of the toolbar do the same by loading the page again. */
"use strict";

const LEAST = 1;
const MOST = 6;
const STEP = 1.25;

const pages = [...document.querySelectorAll(".scan__page")];

const zoomOf = (page) => Number(page.style.getPropertyValue("--zoom") || page.dataset.zoom || 1);

/* Enlarge a page so that the point (x, y) of its view, in shares of the view, stays where it is. */
const zoomTo = (page, wanted, x = 0.5, y = 0.5) => {
  const view = page.closest("[data-view]");
  const zoom = Math.min(Math.max(wanted, LEAST), MOST);
  const before = zoomOf(page);
  const left = (view.scrollLeft + view.clientWidth * x) / before;
  const top = (view.scrollTop + view.clientHeight * y) / before;
  page.style.setProperty("--zoom", String(zoom));
  view.scrollLeft = left * zoom - view.clientWidth * x;
  view.scrollTop = top * zoom - view.clientHeight * y;
};

const corners = {
  90: (width, height) => `translate(${height} 0) rotate(90)`,
  180: (width, height) => `translate(${width} ${height}) rotate(180)`,
  270: (width) => `translate(0 ${width}) rotate(270)`,
};

const turn = (page) => {
  const degrees = (Number(page.dataset.turn) + 90) % 360;
  page.dataset.turn = String(degrees);
  const drawn = page.querySelector("[data-page]");
  if (!drawn) return;
  const { width, height } = page.dataset;
  page.setAttribute("viewBox", degrees % 180 ? `0 0 ${height} ${width}` : `0 0 ${width} ${height}`);
  if (degrees) drawn.setAttribute("transform", corners[degrees](width, height));
  else drawn.removeAttribute("transform");
};

const actions = {
  larger: () => pages.forEach((page) => zoomTo(page, zoomOf(page) * STEP)),
  smaller: () => pages.forEach((page) => zoomTo(page, zoomOf(page) / STEP)),
  fit: () => pages.forEach((page) => zoomTo(page, 1)),
  turn: () => turn(pages[0]),
};

document.addEventListener("click", (event) => {
  const control = event.target.closest("[data-scan]");
  if (!control || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  actions[control.dataset.scan]();
});

/* Ctrl and the wheel enlarge where the pointer is (pinching a touchpad arrives as the same). Dragging moves the page. */
for (const page of pages) {
  const view = page.closest("[data-view]");
  view.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const place = view.getBoundingClientRect();
      const x = (event.clientX - place.left) / place.width;
      const y = (event.clientY - place.top) / place.height;
      zoomTo(page, zoomOf(page) * Math.exp(-event.deltaY / 400), x, y);
    },
    { passive: false },
  );
  view.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0 || event.target.closest("a[href]") || zoomOf(page) === 1) return;
    event.preventDefault();
    view.setPointerCapture(event.pointerId);
    const start = { x: event.clientX + view.scrollLeft, y: event.clientY + view.scrollTop };
    const move = (moved) => view.scrollTo(start.x - moved.clientX, start.y - moved.clientY);
    view.addEventListener("pointermove", move);
    view.addEventListener("pointerup", () => view.removeEventListener("pointermove", move), { once: true });
  });
}

/* A row and its box light up together, and the box is brought into view when the page is enlarged. */
const light = (number, on) => {
  const box = document.querySelector(`[data-box="${number}"]`);
  const row = document.getElementById(`f${number}`);
  box?.classList.toggle("lit", on);
  if (box) row?.classList.toggle("lit", on);
  return box;
};

const bring = (box) => {
  const view = box?.closest("[data-view]");
  if (!view || zoomOf(box.closest(".scan__page")) === 1) return;
  const place = view.getBoundingClientRect();
  const shape = box.getBoundingClientRect();
  view.scrollBy(
    shape.left + shape.width / 2 - place.left - place.width / 2,
    shape.top + shape.height / 2 - place.top - place.height / 2,
  );
};

/* The row that the address names, by its link or its key, keeps its box marked. */
const choose = () => {
  document.querySelector("[data-box].chosen")?.classList.remove("chosen");
  const box = document.querySelector(`[data-box="${Number(location.hash.slice(2))}"]`);
  if (!box) return;
  box.classList.add("chosen");
  bring(box);
};
window.addEventListener("hashchange", choose);
choose();

const numberOf = (element) => {
  const box = element.closest?.("[data-box]");
  if (box) return box.dataset.box;
  const row = element.closest?.(".compare tbody tr");
  return row ? row.id.slice(1) : "";
};

for (const [kind, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
  document.addEventListener(kind, (event) => {
    const number = numberOf(event.target);
    if (!number) return;
    const box = light(number, on);
    if (kind === "focusin" && !event.target.closest("[data-box]")) bring(box);
  });
}
