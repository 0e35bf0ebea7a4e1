/* The record's photos as thumbnails; one of a kind needs none. */

function drawStrip(viewer) {
  const { photos, words } = viewer.data;
  const tabs = photos.length < 2 ? [] : photos.map((photo, index) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.dataset.photo = index;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-selected", String(index === viewer.photo));
    tab.setAttribute("aria-label", `${words.photo} ${index + 1}: ${photo.name}`);
    tab.title = photo.name;
    const thumb = new Image();
    thumb.src = photo.thumb;
    thumb.alt = "";
    const number = document.createElement("span");
    number.textContent = index + 1;
    tab.append(thumb, number);
    tab.onclick = () => viewer.showPhoto(index);
    return tab;
  });
  viewer.strip.replaceChildren(...tabs);
}
