/** Talks to the control API; every failure is an Error with a sentence a person can read. */

async function answerOf(request) {
  let response;
  try {
    response = await request;
  } catch {
    throw new Error("No connection to the local Telegram.");
  }
  if (!response.ok) throw new Error((await response.text()) || `The server answered ${response.status}.`);
  return response.json();
}

function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return answerOf(fetch(`/local/${path}`, { method: "POST", headers, body: JSON.stringify(body) }));
}

export function loadState(userId) {
  return answerOf(fetch(`/local/state?user=${encodeURIComponent(userId ?? "")}`));
}

export function sendText(userId, chatId, text, replyTo) {
  return post("text", { user_id: userId, chat_id: chatId, text, reply_to: replyTo });
}

/** Presses and waits for the bot; the result is null when it did not answer in time. */
export async function press(userId, chatId, messageId, data) {
  const place = { user_id: userId, chat_id: chatId, message_id: messageId };
  return (await post("press", { ...place, data, wait: 20 })).answer;
}
