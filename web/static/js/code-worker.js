// Reads codes out of pictures in a thread of its own, so that the page stays quick. Only here may WebAssembly be compiled: this file
// comes with a policy of its own (web/app.py). First { library, wasm }, their addresses; then { picture, formats }, one at a time.

self.addEventListener("message", async ({ data }) => {
  try {
    if (data.library) {
      importScripts(data.library);
      await ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => data.wasm }, fireImmediately: true });
      postMessage({ ready: true });
    } else {
      const found = await ZXingWASM.readBarcodes(data.picture, { formats: data.formats, textMode: "Plain", maxNumberOfSymbols: 4 });
      postMessage({ found: found.map(({ format, text }) => ({ format, text })) });
    }
  } catch (error) {
    postMessage({ failed: String(error) });
  }
});
