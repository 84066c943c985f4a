/** What of the server is about projects, as functions; they fail as those of http.js do. */

import { API, ask, json, sent, sentTelling } from "../http.js";
import { completed } from "../known.js";

/** @import { Exported, Folders, LabelFormat, Photo, Project, ProjectClass, Session, Statistics, Status } from "../types.js" */

/** @returns {Promise<Project[]>} */
export async function projects() {
  return (await json(`${API}/projects`)).projects;
}

/**
 * @param {Record<string, unknown>} what As the server describes it.
 * @returns {Promise<Project>}
 */
export async function makeProject(what) {
  return sent("POST", `${API}/projects`, what);
}

/**
 * @param {number} id
 * @param {ProjectClass[]} classes
 * @returns {Promise<Project>}
 */
export async function putClasses(id, classes) {
  return sent("PUT", `${API}/projects/${id}/classes`, classes);
}

/**
 * Go on with the folders that the photos of a project are in now.
 * @param {number} id
 * @param {string[]} photos In the order of its own.
 * @returns {Promise<Project>}
 */
export async function putPhotos(id, photos) {
  return sent("PUT", `${API}/projects/${id}/photos`, { photos });
}

/**
 * The folders in one that projects may use; without a path those that they may be in.
 * @param {string} path
 * @returns {Promise<Folders>}
 */
export async function folders(path) {
  return json(`${API}/folders${path ? `?${new URLSearchParams({ path })}` : ""}`);
}

/** @returns {Promise<LabelFormat[]>} */
export async function formats() {
  return (await json(`${API}/formats`)).formats;
}

/**
 * @param {number} id
 * @returns {Promise<Project>}
 */
export async function project(id) {
  return json(`${API}/projects/${id}`);
}

/**
 * @param {number} id
 * @param {{ status: string, q: string, sort: string, others: string, faulty: string, offset?: number, limit: number, holding?: number }} wanted The page at an offset, or that which holds an image.
 * @returns {Promise<{ total: number, offset: number, images: Photo[] }>}
 */
export async function images(id, wanted) {
  const asked = Object.entries(wanted).filter(([, value]) => value !== "");
  const query = new URLSearchParams(asked.map(([name, value]) => [name, String(value)]));
  return json(`${API}/projects/${id}/images?${query}`);
}

/**
 * @param {number} id Of the project.
 * @param {number} image
 * @returns {Promise<Photo>}
 */
export async function image(id, image) {
  return json(`${API}/projects/${id}/images/${image}`);
}

/**
 * Where the changes of a project are told, as Server-Sent Events.
 * @param {number} id
 * @param {number} after The count of changes that is known.
 */
export const changesOf = (id, after) => `${API}/projects/${id}/changes?after=${after}`;

/**
 * The session on an image, in a task or in that of the project.
 * @param {number} id Of the project.
 * @param {number} image
 * @param {string} [task]
 * @returns {Promise<Session>}
 */
export async function openImage(id, image, task) {
  return completed(await sent("POST", `${API}/projects/${id}/images/${image}/session`, task ? { task } : {}));
}

/**
 * Let the server get an image ready that will be opened soon.
 * @param {number} id Of the project.
 * @param {number} image
 */
export async function prepare(id, image) {
  await ask(`${API}/projects/${id}/images/${image}/prepare`, { method: "POST" });
}

/**
 * @param {number} id Of the project.
 * @param {number} image
 * @param {{ version: number, status?: Status, comment?: string, seconds?: number }} decision
 * @returns {Promise<Photo>}
 */
export async function decide(id, image, decision) {
  return sent("PATCH", `${API}/projects/${id}/images/${image}`, decision, { keepalive: true });
}

/**
 * Have it worked out how uncertain the new images of a project are; of how many it is not known yet.
 * @param {number} id Of the project.
 * @returns {Promise<number>}
 */
export async function measure(id) {
  return (await json(`${API}/projects/${id}/uncertainty`, { method: "POST" })).left;
}

/**
 * @param {number} id Of the project.
 * @returns {Promise<Statistics>}
 */
export async function statistics(id) {
  return json(`${API}/projects/${id}/statistics`);
}

/**
 * Write the labels of a project.
 * @param {number} id
 * @param {{ statuses: Status[] | null, format: string, out: string | null }} what Of all images but the rejected, and where they belong, where it is not said.
 * @param {(done: number, of: number) => void} tell Told how many images are done, of how many.
 * @returns {Promise<Exported>}
 */
export async function exportLabels(id, what, tell) {
  return sentTelling("POST", `${API}/projects/${id}/export`, what, tell);
}
