// The event stream of the live session. It is opened again by hand, with the number of the last
// stance that was seen, so that nothing is missed and nothing comes twice.

const RETRY_MS = 1000;
const SILENCE_MS = 7000; // the server says where it is every two seconds

export class LiveStream {
  // on: { stance, state, beat, end, link, isGone, gone }: link(true or false); isGone(state) tells
  // whether the state is of another session than the one that was followed.
  constructor(log, on) {
    this.log = log;
    this.on = on;
    this.source = null;
    this.isOver = false;
    this.heard_ms = performance.now();
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.check();
    });
    window.addEventListener("online", () => this.open());
    this.watchdog = window.setInterval(() => this.check(), RETRY_MS);
  }

  open() {
    if (this.isOver) return;
    this.source?.close();
    this.heard_ms = performance.now();
    const query = new URLSearchParams({ after: String(this.log.lastNumber) });
    if (this.log.sessionId) query.set("session", this.log.sessionId);
    const source = new EventSource(`/api/v1/live/events?${query}`);
    this.source = source;
    const listen = (name, act) =>
      source.addEventListener(name, (event) => {
        if (source !== this.source) return;
        this.heard_ms = performance.now();
        this.on.link(true);
        act(JSON.parse(event.data));
      });
    listen("state", (state) => this.heardState(state));
    listen("stance", (stance) => {
      if (this.log.add(stance)) this.on.stance(stance);
    });
    listen("beat", (beat) => this.on.beat?.(beat));
    listen("end", (state) => {
      if (!this.heardState(state)) return;
      this.close();
      this.on.end(state);
    });
    source.addEventListener("error", () => {
      if (source !== this.source || this.isOver) return;
      source.close();
      this.source = null;
      this.on.link(false);
    });
  }

  heardState(state) {
    if (this.on.isGone(state)) {
      this.close();
      this.on.gone();
      return false;
    }
    this.log.follow(state.session_id);
    this.on.state(state);
    return true;
  }

  check() {
    if (this.isOver) return;
    const isSilent = performance.now() - this.heard_ms > SILENCE_MS;
    if (isSilent) this.on.link(false);
    if (this.source === null || isSilent) this.open();
  }

  close() {
    this.isOver = true;
    window.clearInterval(this.watchdog);
    this.source?.close();
  }
}
