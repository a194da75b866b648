/* The applicant's form: says when a draft could not be saved, and refuses a file that is too large before it travels.
   Texts come from the page: #apply-texts. */
"use strict";

const texts = document.getElementById("apply-texts")?.dataset ?? {};

/* htmx saves each change by itself; when that fails the line that says "Saved 10:42" must not go on saying it. */
const notSaved = () => {
  const line = document.getElementById("saved");
  if (!line || !texts.failed) return;
  line.textContent = texts.failed;
  line.dataset.tone = "danger";
};

for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, notSaved);
}

const megabytes = (bytes) => (bytes / 1024 / 1024).toFixed(1);

document.addEventListener("change", (event) => {
  const input = event.target;
  const most = Number(input.dataset?.maxBytes ?? 0);
  if (!most || input.type !== "file") return;
  const tooBig = [...input.files].find((file) => file.size > most);
  const said = tooBig ? texts.tooBig.replace("{name}", tooBig.name).replace("{size}", megabytes(tooBig.size)) : "";
  input.setCustomValidity(said);
  if (said) input.reportValidity();
});
