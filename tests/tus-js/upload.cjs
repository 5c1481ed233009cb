// Sends a file with a client nobody here wrote: node upload.cjs ADDRESS FILE COOKIE METADATA (as JSON).
const fs = require("node:fs");
const tus = require("tus-js-client");

const [endpoint, path, cookie, metadata] = process.argv.slice(2);
const upload = new tus.Upload(fs.createReadStream(path), {
  endpoint,
  uploadSize: fs.statSync(path).size,
  chunkSize: 262144,
  retryDelays: Array(20).fill(50),
  headers: { Cookie: cookie },
  metadata: JSON.parse(metadata),
  onSuccess: () => console.log("sent"),
  onError: (error) => { console.error(String(error)); process.exitCode = 1; },
});
upload.start();
