// Makes a photo small before it is sent, so that the one a tablet takes is taken here. Without this script the form works
// with a small photo.
(() => {
  const QUALITY = 0.8;

  async function shrunk(file, side) {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const made = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return new File([made], "photo.jpg", { type: "image/jpeg" });
  }

  for (const field of document.querySelectorAll("input[data-shrink]")) {
    field.addEventListener("change", async () => {
      const [file] = field.files;
      if (!file) return;
      try {
        const small = await shrunk(file, Number(field.dataset.shrink));
        const files = new DataTransfer();
        files.items.add(small);
        field.files = files.files;
      } catch {
        // The server says what is wrong with it.
      }
    });
  }
})();
