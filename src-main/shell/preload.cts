/** Hands the page one port to the engine when it asks for it, and nothing else. */
const { ipcRenderer } = require('electron') as typeof import('electron');

window.addEventListener('message', ({ source, data }) => {
  // SECURITY: frames and openers have no say here.
  if (source === window && data === 'chorale:ready') ipcRenderer.send('chorale:port');
});

ipcRenderer.on('chorale:port', ({ ports }) => {
  window.postMessage('chorale:port', window.location.origin, ports as MessagePort[]);
});
