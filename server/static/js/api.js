// Calls of the API; a failure becomes a Problem with the server's own title and detail.

export class Problem extends Error {
  constructor(title, detail, status) {
    super(detail ? `${title}. ${detail}` : title);
    this.title = title;
    this.detail = detail;
    this.status = status;
  }
}

export const UNREACHABLE = new Problem(
  "The server does not answer",
  "Your runs are safe. Check that hiplevel is still running, then try again.",
  0,
);

export function problemOf(status, text) {
  try {
    const { title, detail } = JSON.parse(text);
    if (title) return new Problem(title, detail ?? "", status);
  } catch {
    // Not problem details: what follows says as much as is known.
  }
  return new Problem(`The server answered with ${status}`, "Try again in a moment.", status);
}

export async function call(method, address, body, headers = {}) {
  const options = { method, headers: { Accept: "application/json", ...headers } };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(address, options);
  } catch {
    throw UNREACHABLE;
  }
  const text = await response.text();
  if (!response.ok) throw problemOf(response.status, text);
  return text ? JSON.parse(text) : null;
}

// fetch() cannot tell how much of a body has gone out, XMLHttpRequest can.
export function upload(address, file, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Content-Type", "application/vnd.apache.parquet");
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText));
      else reject(problemOf(request.status, request.responseText));
    });
    request.addEventListener("error", () => reject(UNREACHABLE));
    request.send(file);
  });
}
