// The card's page: hands Telegram's word for who opened it to the wallet, shows the answer
// for a minute, and keeps nothing.  No script but this one runs here.
'use strict';

const SHOWN_MS = 60000;
const COLOUR = /^#[0-9a-f]{6}$/i;
const THEME = {
  '--bg': 'secondary_bg_color',
  '--text': 'text_color',
  '--hint': 'hint_color',
  '--accent': 'button_color',
  '--on-accent': 'button_text_color',
};

const words = JSON.parse(document.body.dataset.words);
const launch = new URLSearchParams(location.hash.slice(1));
const find = (id) => document.getElementById(id);
const say = (key) => words[`card-page-${key}`] || '';

function tellClient(eventType) {
  const message = JSON.stringify({ eventType, eventData: {} });
  if (window.TelegramWebviewProxy) {
    window.TelegramWebviewProxy.postEvent(eventType, '{}');
  } else if (window.external && 'notify' in window.external) {
    window.external.notify(message);
  } else if (window.parent !== window) {
    window.parent.postMessage(message, '*'); // names an event, nothing else
  }
}

function takeColours() {
  let theme = {};
  try {
    theme = JSON.parse(launch.get('tgWebAppThemeParams') || '{}') || {};
  } catch {
    return;
  }
  for (const [property, name] of Object.entries(THEME)) {
    if (COLOUR.test(theme[name])) document.documentElement.style.setProperty(property, theme[name]);
  }
}

function speak() {
  for (const element of document.querySelectorAll('[data-word]')) {
    element.textContent = say(element.dataset.word);
  }
  document.title = say('title') || document.title;
}

function message(key, { mayRetry = false } = {}) {
  find('message').textContent = say(key);
  find('retry').hidden = !mayRetry;
}

function hide() {
  document.querySelector('.card').classList.remove('is-shown');
  find('expires').textContent = '••/••';
  find('code').textContent = '•••';
  find('clock').hidden = true;
  find('hint').hidden = true;
  message('hidden');
}

function show(details) {
  find('last-four').textContent = details.last_four;
  find('expires').textContent = details.expires;
  find('code').textContent = `•${details.code_end}`;
  document.querySelector('.card').classList.add('is-shown');
  find('hint').textContent = say('hint');
  find('hint').hidden = false;
  find('clock').hidden = false;
  message('hides');
  setTimeout(hide, SHOWN_MS);
}

async function ask() {
  message('loading');
  const reveal = location.pathname.split('/').pop();
  let answer;
  try {
    answer = await fetch(`/app/api/cards/${encodeURIComponent(reveal)}`, {
      method: 'POST',
      headers: { Authorization: `tma ${launch.get('tgWebAppData') || ''}` },
      cache: 'no-store',
      credentials: 'omit',
    });
  } catch {
    message('failed', { mayRetry: true });
    return;
  }
  if (answer.ok) show(await answer.json());
  else if (answer.status === 401) message('refused');
  else if (answer.status === 404) message('gone');
  else message('failed', { mayRetry: true });
}

takeColours();
speak();
history.replaceState(null, '', location.pathname + location.search);
find('retry').addEventListener('click', ask);
tellClient('web_app_ready');
tellClient('web_app_expand');
ask();
