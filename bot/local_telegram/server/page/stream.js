/** Live changes over server-sent events: resumes by itself, and says when it is cut off and when it is back. */

const KINDS = ["message", "delete", "answer", "action", "menu", "people", "outage", "reset"];
const RETRY_MS = 1500;

export function listen(userId, after, { onEvent, onOnline }) {
  let lastId = after;
  let source;

  function open() {
    source = new EventSource(`/local/events?user=${userId}&after=${encodeURIComponent(lastId)}`);
    source.onopen = () => onOnline(true);
    source.onerror = () => {
      onOnline(false);
      source.close();
      setTimeout(open, RETRY_MS);
    };
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        lastId = event.lastEventId;
        onEvent(kind, JSON.parse(event.data));
      });
    }
  }

  open();
}
