// The control API, and the stream of changes that says what to read again.

export class Refused extends Error {
  constructor(status, answer) {
    super(answer.error ?? `HTTP ${status}`);
    this.status = status;
    this.answer = answer;
  }
}

async function ask(method, path, body) {
  const options = { method };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { "Content-Type": "application/json" };
  }
  const answer = await fetch(`/sandbox/api/${path}`, options);
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, said);
  return said;
}

/** Post a file as it is, with what is asked in the query. */
export async function upload(path, file, asked = {}) {
  const answer = await fetch(`/sandbox/api/${path}?${new URLSearchParams(asked)}`, { method: "POST", body: file });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, said);
  return said;
}

export const get = (path) => ask("GET", path);
export const post = (path, body = {}) => ask("POST", path, body);

/** Call *changed(topics)* for every change, *connected(bool)* when the line comes or goes. */
export function listen(changed, connected) {
  const stream = new EventSource("/sandbox/api/events");
  stream.onopen = () => connected(true);
  stream.onerror = () => connected(false);
  stream.onmessage = (event) => changed(JSON.parse(event.data).topics);
}

/** At most one call at a time, and one more if asked for meanwhile. */
export function calm(work) {
  let running = false;
  let again = false;
  return async function run() {
    if (running) { again = true; return; }
    running = true;
    try { await work(); } catch (error) { console.warn(error.message); }
    running = false;
    if (again) { again = false; run(); }
  };
}
