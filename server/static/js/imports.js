// Import of recordings: by button, or by dropping files anywhere on the page.
import { upload } from "./api.js";

const ADDRESS = "/api/v1/runs";

function element(name, className, text) {
  const one = document.createElement(name);
  if (className) one.className = className;
  if (text) one.textContent = text;
  return one;
}

class ImportRow {
  constructor(file, list) {
    this.file = file;
    this.row = element("div", "row");
    this.words = element("div", "grow");
    this.words.append(element("span", "name", file.name));
    this.state = element("span", "quiet small");
    this.progress = element("progress");
    this.progress.max = 1;
    this.progress.value = 0;
    this.progress.setAttribute("aria-label", `Upload of ${file.name}`);
    this.words.append(this.progress);
    this.row.append(this.words, this.state);
    list.append(this.row);
  }

  say(text) {
    this.state.textContent = text;
  }

  // The row names the file already.
  withoutName(detail) {
    const start = [`${this.file.name}: `, `${this.file.name}, `].find((one) => detail.startsWith(one));
    if (!start) return detail;
    const rest = detail.slice(start.length);
    return rest.charAt(0).toUpperCase() + rest.slice(1);
  }

  dismiss() {
    const list = this.row.parentElement;
    this.row.remove();
    list.hidden = list.childElementCount === 0;
  }

  async send() {
    this.say("Uploading");
    try {
      const address = `${ADDRESS}?name=${encodeURIComponent(this.file.name)}`;
      const answer = await upload(address, this.file, (fraction) => {
        this.progress.value = fraction;
        this.say(fraction < 1 ? `Uploading, ${Math.round(fraction * 100)} %` : "Analysing");
      });
      this.progress.remove();
      this.say(answer.is_new ? "Imported" : "Already here");
      const link = element("a", "btn plain", "Open the run");
      link.href = `/runs/${answer.run_id}`;
      this.row.append(link);
      return answer;
    } catch (error) {
      this.progress.remove();
      this.say("");
      const note = element("div", "note stop");
      const words = element("span");
      words.append(element("b", "", error.title), ` ${this.withoutName(error.detail)}`);
      words.className = "grow";
      const close = element("button", "btn plain", "Dismiss");
      close.type = "button";
      close.setAttribute("aria-label", `Dismiss what went wrong with ${this.file.name}`);
      close.addEventListener("click", () => this.dismiss());
      note.append(words, close);
      this.row.append(note);
      return null;
    }
  }
}

function carriesFiles(event) {
  return event.dataTransfer?.types.includes("Files");
}

// onDone gets the answers of all files, null for each that failed.
export function acceptRecordings(onDone) {
  const input = document.getElementById("import-files");
  const list = document.getElementById("imports");
  const veil = document.getElementById("dropveil");

  async function importAll(files) {
    if (!files.length) return;
    list.hidden = false;
    const rows = [...files].map((file) => new ImportRow(file, list));
    const answers = [];
    // One after the other: the analysis of each takes all the computer has.
    for (const row of rows) answers.push(await row.send());
    onDone(answers);
  }

  // The button of an empty list comes and goes.
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-import]")) input.click();
  });
  input.addEventListener("change", () => {
    importAll(input.files);
    input.value = "";
  });
  window.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    veil.hidden = false;
  });
  window.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) veil.hidden = true;
  });
  window.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    veil.hidden = true;
    importAll(event.dataTransfer.files);
  });
}
