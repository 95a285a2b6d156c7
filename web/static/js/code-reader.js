// Reads codes out of the picture of a video: by the browser where it can, else by the reader that is shipped, which is fetched only then.

import { KINDS, plain } from "./codes.js";

const NEEDED = ["ean_13", "code_128", "code_39", "qr_code"]; // without one of them the browser's own reader does not do
const WIDEST = 1280; // pixels; more costs time and reads no better at arm's length

export const canRead = () => "BarcodeDetector" in window || typeof WebAssembly === "object";

/** A reader of these kinds: `read(video)` tells the codes of one picture, `close()` ends it. `addresses` are those of worker, library and
 * wasm; `onFetch` is called before they are fetched. Rejects where neither way can be had. */
export async function openReader(kinds, addresses, onFetch) {
  const shipped = () => {
    onFetch();
    return openShipped(kinds, addresses);
  };
  let reader = (await openOwn(kinds)) ?? (await shipped());
  let isClosed = false;
  return {
    async read(video) {
      if (!video.videoWidth) return [];
      try {
        return (await reader.read(video)).map(plain);
      } catch (error) {
        if (!reader.isOwn) throw error;
        reader = await shipped(); // Android without the services that its browser's reader needs finds out only when it reads
        if (isClosed) reader.close();
        return [];
      }
    },
    close() {
      isClosed = true;
      reader.close();
    },
  };
}

async function openOwn(kinds) {
  if (!("BarcodeDetector" in window)) return null;
  const known = await BarcodeDetector.getSupportedFormats().catch(() => []);
  if (!NEEDED.every((kind) => known.includes(kind))) return null;
  const detector = new BarcodeDetector({ formats: kinds.filter((kind) => known.includes(kind)) });
  const read = async (video) =>
    (await detector.detect(video)).map(({ format, rawValue }) => ({ kind: format, text: rawValue }));
  return { isOwn: true, read, close: () => {} };
}

async function openShipped(kinds, { worker: address, library, wasm }) {
  const worker = new Worker(address);
  const ask = (message, transfer = []) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => (data.failed ? reject(new Error(data.failed)) : resolve(data));
      worker.onerror = (event) => reject(new Error(event.message || "the worker did not start"));
      worker.postMessage(message, transfer);
    });
  try {
    await ask({ library, wasm });
  } catch (error) {
    worker.terminate();
    throw error;
  }
  const formats = kinds.map((kind) => KINDS[kind]);
  const named = Object.fromEntries(Object.entries(KINDS).map(([kind, format]) => [format, kind]));
  const canvas = document.createElement("canvas");
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  return {
    isOwn: false,
    async read(video) {
      const scale = Math.min(1, WIDEST / Math.max(video.videoWidth, video.videoHeight));
      canvas.width = Math.round(video.videoWidth * scale);
      canvas.height = Math.round(video.videoHeight * scale);
      paper.drawImage(video, 0, 0, canvas.width, canvas.height);
      const { data, width, height } = paper.getImageData(0, 0, canvas.width, canvas.height);
      const { found } = await ask({ picture: { data, width, height }, formats }, [data.buffer]);
      return found.map(({ format, text }) => ({ kind: named[format] ?? format, text }));
    },
    close: () => worker.terminate(),
  };
}
