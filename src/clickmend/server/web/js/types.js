/**
 * The shapes that modules share. Nothing runs here.
 *
 * @typedef {"foreground" | "background"} Label
 * @typedef {{ x0: number, y0: number, x1: number, y1: number }} Box
 * @typedef {{ type: "click", x: number, y: number, label: Label, radius_px?: number | null }} ClickMark
 * @typedef {{ type: "box" } & Box} BoxMark
 * @typedef {ClickMark | BoxMark} Mark
 *
 * What the server answers to every change of an opened photo.
 * @typedef {object} Session
 * @property {string} id
 * @property {string} name
 * @property {string} task
 * @property {[number, number]} size Width and height of the photo.
 * @property {Mark[]} feedback The marks that count, in order.
 * @property {boolean} can_undo
 * @property {boolean} can_redo
 * @property {string} photo
 * @property {{ url: string, version: number }} mask
 *
 * @typedef {{ name: string, title: string, url: string }} Sample
 * @typedef {{ upload_megabytes: number, image_megapixels: number }} Limits
 *
 * A mask made ready to draw: its pixels in one colour, and its border twice.
 * @typedef {object} MaskPicture
 * @property {boolean} empty
 * @property {OffscreenCanvas} tint
 * @property {Path2D} smooth The border without its stairs, for far and normal views.
 * @property {Path2D} exact The border along the pixel edges, for close views.
 *
 * @typedef {"object" | "background" | "box"} Tool
 *
 * Everything that the page shows.
 * @typedef {object} State
 * @property {"start" | "opening" | "editing"} phase
 * @property {Session | null} session
 * @property {ImageBitmap | null} photo
 * @property {MaskPicture | null} mask
 * @property {Mark[]} pending Marks that the server has not answered yet.
 * @property {number} waiting How many changes are on their way.
 * @property {Tool} tool
 * @property {number} opacity Of the mask, 0 to 1.
 * @property {boolean} shown Whether the mask is drawn at all.
 * @property {Box | null} draft The box that is being dragged.
 * @property {{ x: number, y: number, label: Label, keyboard: boolean } | null} pointer In photo pixels.
 */

export {};
