/**
 * The shapes that modules share. Nothing runs here.
 *
 * @typedef {{ x: number, y: number }} Point In photo pixels.
 * @typedef {{ x0: number, y0: number, x1: number, y1: number }} Box
 * @typedef {object} ClickMark
 * @property {"click"} type
 * @property {number} x
 * @property {number} y
 * @property {string | number | null} [label]
 * @property {number | null} [value]
 * @property {number | null} [radius_px]
 * @property {"similar" | null} [spread] Whether it is about the other parts like its own too.
 * @property {number} [object] The key of the one that it mends, of many.
 * @typedef {{ type: "point", x: number, y: number, label: string | null, object?: number, number?: number }} PointMark Makes an object; of one that is there its key, and its number where that is drawn.
 * @typedef {{ type: "push", x: number, y: number, direction: "up" | "down", radius_px?: number | null }} PushMark
 * @typedef {object} StrokeMark
 * @property {"stroke"} type
 * @property {number[][]} points
 * @property {number} radius_px
 * @property {string | number | null} [label] "erase" gives back what was there before any mark.
 * @property {number | null} [value]
 * @property {boolean} [exact] Whether it changes nothing else, and holds.
 * @property {boolean} [filled] Whether the points are corners, and what they enclose is painted.
 * @property {number | null} [simplify_px] How far corners may lie from the fewer that are painted.
 * @property {boolean} [protects] It is no mark, but protects what it covers, or sets it free.
 * @property {number} [object]
 * @typedef {{ type: "box" } & Box} BoxMark
 * @typedef {"fill" | "specks" | "smooth"} TidyTool
 *
 * A tool beside the clicks; it has no place of its own.
 * @typedef {object} TidyMark
 * @property {"tidy"} type
 * @property {TidyTool} tool
 * @property {string | number | null} [label] The class that it is about.
 * @property {number | null} [area_px] Of holes and specks.
 * @property {number | null} [radius_px] Of smoothing.
 * @property {number} [object]
 * @typedef {{ type: "merge", object: number, other: number }} MergeMark The object takes up the other one.
 * @typedef {ClickMark | PointMark | PushMark | StrokeMark | BoxMark | TidyMark | MergeMark} Mark
 *
 * One of many objects: its key, its point, and the clicks that mend it; whose its mask is, and who touched it last.
 * @typedef {object} Thing
 * @property {number} key
 * @property {number} x
 * @property {number} y
 * @property {string | null} label
 * @property {Mark[]} marks
 * @property {boolean} given Whether it began from a mask, not from its point.
 * @property {boolean} protected Whether no mark changes it.
 * @property {"ai" | "human" | "import"} made_by
 * @property {string} by
 * @property {string | null} at When; null where nobody has.
 *
 * How a session infers; null leaves it to the session.
 * @typedef {{ refine: string | null, adapt_keys: number, propagate: number, finish: string | null }} Inference
 *
 * What differs of the objects from those of one version, which are known.
 * @typedef {{ since: number, objects: Thing[], gone: number[] }} Differ
 *
 * What differs of a picture from one version: a PNG in Base64 at (x, y), empty where nothing does.
 * @typedef {{ since: number, x: number, y: number, png: string }} Tile
 * A whole picture, but only the middle pixels of squares of `every` a side, a PNG in Base64.
 * @typedef {{ every: number, png: string }} Coarse
 *
 * What the server answers to every change of a session.
 * @typedef {object} Session
 * @property {string} id
 * @property {string} name Of the photo.
 * @property {string} task
 * @property {string | null} [model] The network; null is the default of the task.
 * @property {[number, number]} size Width and height of the photo.
 * @property {string | null} refine
 * @property {number} adapt_keys
 * @property {number} propagate
 * @property {string | null} finish
 * @property {string[]} layers The refinements that may be chosen.
 * @property {string[]} infers What the network can infer online.
 * @property {Mark[]} feedback The marks that count, in order.
 * @property {Thing[]} objects Of the task "instances", numbered from 1 in this order.
 * @property {{ url: string, version: number } | null} [protected] The pixels that marks leave as they are: a mask, and since when it is that one.
 * @property {number[]} [protected_classes] The classes of which marks take no pixel.
 * @property {boolean} can_undo
 * @property {boolean} can_redo
 * @property {string[]} classes
 * @property {ProjectClass[]} [palette] The project's own classes.
 * @property {number | null} radius_px The attention radius of a mark that carries none, if it has one.
 * @property {string} photo
 * @property {{ url: string, first: string, version: number, tile?: Tile | null, coarse?: Coarse | null }} prediction
 * @property {Record<string, string>} beside The sessions on this photo: ids by task.
 * @property {number | null} [project] The project of the photo, null where it was opened alone.
 * @property {number} [image]
 * @property {boolean} [saved] Whether the server keeps every mark for good.
 *
 * @typedef {"new" | "in_progress" | "needs_review" | "done" | "accepted" | "rejected"} Status
 * @typedef {{ name: string, colour: string | null, key: string | null }} ProjectClass
 *
 * @typedef {object} Project
 * @property {number} id
 * @property {string} name
 * @property {string} task
 * @property {string | null} format In which labels are written as one goes; null is the usual one of the task.
 * @property {number} images How many.
 * @property {Record<Status, number>} counts
 * @property {ProjectClass[]} [classes]
 * @property {string[]} [photos] The folders that its photos are in.
 * @property {string[]} [gone] Those of them that are not there.
 * @property {string | null} [out] The folder that the labels are written to.
 * @property {number} [changes] Where its stream of changes stands.
 *
 * What was written, and the photos that are not in it, each with the reason.
 * @typedef {{ files: number, out: string, refused: { name: string, problem: string, part: string }[], untouched: number }} Exported
 *
 * @typedef {{ path: string | null, above: string | null, photos: number, folders: { name: string, path: string, photos: number }[] }} Folders
 * @typedef {{ name: string, title: string, tasks: string[], usual: string[], limits: Record<string, string> }} LabelFormat The limits say by task what it cannot hold.
 *
 * An image of a project.
 * @typedef {object} Photo
 * @property {number} id
 * @property {string} name
 * @property {[number, number] | null} size
 * @property {Status} status
 * @property {number} clicks
 * @property {number} seconds
 * @property {string} comment
 * @property {number | null} uncertainty
 * @property {number} version Guards status, comment and seconds.
 * @property {string} by
 * @property {string} done_by Who said last that it is done.
 * @property {string} thumbnail
 * @property {boolean} prior Whether it begins with an old prediction.
 * @property {string | null} session
 * @property {string | null} problem Why its labels are not written.
 * @property {string | null} fault Why the photo cannot be read.
 *
 * An image that has changed, as the stream of a project tells it.
 * @typedef {{ image: number, version: number, status: Status, clicks: number, comment: string, uncertainty: number | null, by: string, done_by: string, problem: string | null, fault: string | null }} Change
 *
 * @typedef {{ images: number, clicks: number, seconds: number }} Cost
 * @typedef {{ counts: Partial<Record<Status, number>>, faulty: number, total: Cost, images: Record<string, Cost>, classes: Record<string, Cost> }} Statistics
 *
 * @typedef {{ status: Status | "", q: string, sort: "name" | "uncertainty" | "updated", others: "" | "true", faulty: "" | "true" | "false" }} Wanted
 *
 * A task that has a model; the first is its default. Some the browser can run; some find objects without points.
 * @typedef {{ name: string, models: string[], in_browser: string[], detectors: string[] }} Offer
 * @typedef {{ name: string, title: string, url: string }} Sample
 * @typedef {{ upload_megabytes: number, image_megapixels: number }} Limits
 *
 * The numbers of a grey PNG, row by row; of a coarse one only the middle pixel of each square of `every` pixels a
 * side, also of those that the border cuts. Of depth: how many units a metre has, if not 1000.
 * @typedef {{ width: number, height: number, data: Uint8Array | Uint16Array, perMetre?: number, every?: number }} Plane
 *
 * @typedef {{ smooth: Path2D, exact: Path2D }} Border Without its stairs, and along pixel edges.
 * @typedef {{ colour: string, border: Border }} Outline
 * @typedef {{ colour: string, border: (every: number) => Border, over: import("./layers.js").Layer }} Chosen
 *
 * A prediction made ready to draw.
 * @typedef {object} Picture
 * @property {Plane} plane
 * @property {boolean} empty Whether there is nothing in it yet.
 * @property {import("./layers.js").Layer} over What is laid over the photo.
 * @property {import("./layers.js").Layer} [flat] What stands for itself.
 * @property {import("./layers.js").Cut} [cut] The photo, as transparent as the prediction says.
 * @property {(every: number) => Border} [border] As fine as it is asked for.
 * @property {Thing[]} [things] The objects that it shows.
 * @property {(every: number, within?: Box | null) => Outline[]} [outlines] Of many objects, one for each colour, as fine as it is asked for; of those alone that are in a box.
 * @property {(key: number) => Chosen | null} [chosen] One object of many.
 * @property {import("./outlines.js").Outlines} [traced] Their borders, where the next picture can take them over.
 * @property {{ key: number, made: Chosen } | null} [single] The one of them that was drawn last, likewise.
 * @property {(keys: number[]) => Picture} [without] The same with some objects hidden.
 * @property {() => boolean} [gaps] Whether something in it is not known.
 * @property {[number, number]} [range] What the ends of the colour scale stand for.
 *
 * What a picture is made of: the prediction, the one it is compared with, the photo, and the picture before.
 * @typedef {{ plane: Plane, other: Plane, session: Session, photo: ImageBitmap, last?: Picture | null }} Material
 *
 * @typedef {object} View
 * @property {string} name
 * @property {string} title
 * @property {boolean} opaque Whether the opacity has no say.
 * @property {(context: CanvasRenderingContext2D, picture: Picture, with_: { photo: ImageBitmap, ground: () => void, opacity: number, scale: number, every: number, lines: number, within: Box | null, chosen: number | null }) => void} paint `every`: see `Layer.draw`; `lines`: the same for borders; `within`: what is painted at all.
 *
 * What a person has chosen in a task.
 * @typedef {object} Settings
 * @property {string} tool
 * @property {string} view
 * @property {number} opacity 0 to 1.
 * @property {number | null} radius Attention radius in photo pixels; null leaves it to the session.
 * @property {number | null} brush Half the width of the brush in photo pixels; null is the share.
 * @property {number} brushShare Of the photo's shorter side.
 * @property {number} simplify How far the corners of an outline may lie from those that are kept, in pixels of the photo; 0 keeps all.
 * @property {number} label The chosen class.
 * @property {string[] | null} classes Names of classes of one's own for photos of no project; null leaves them to the network.
 * @property {number | null} value What a click says; null until the first prediction is there.
 * @property {(Point & { value: number }) | null} source Where a value was picked.
 *
 * @property {number | null} chosen The key of the chosen object.
 * @property {number[]} hidden The keys of objects that are not drawn.
 * @property {string} listed What the list shows: objects with this in their label, or with this number; all when empty.
 * @property {string} name The label of new objects.
 * @property {string[]} names The labels given before.
 * @property {{ model: string | null, sure: number, finish: string }} finding Which network finds objects, the first if null, how sure it is at least, 0 to 1, and who makes the masks.
 * @property {string} kind What kind of file is downloaded, as its name ends.
 * @property {Record<TidyTool, number | null>} tidy The size of each tool; null leaves it to the server.
 * @property {boolean} tidyAll Whether tools are about all classes, not the chosen one.
 * @property {boolean} similar Whether a click is about the other parts like its own too.
 * @property {Partial<Inference>} inference What was asked for on photos before.
 *
 * What a tool sees; `first` is the prediction before any mark, once it is known.
 * @typedef {{ settings: Settings, session: Session, plane: Plane, first: Plane | null, things: Thing[] }} Scene
 *
 * `other` asks for the opposite; `take` takes up what is there.
 * @typedef {{ kind: "click", at: Point, other: boolean, take?: boolean } | { kind: "stroke", points: Point[], other: boolean } | { kind: "outline", points: Point[], other: boolean } | { kind: "box", box: Box }} Gesture
 *
 * What a gesture leads to: a mark, another choice, or words why not.
 * @typedef {{ mark?: Mark, settings?: Partial<Settings>, note?: string }} Effect
 *
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} title
 * @property {string} key
 * @property {string} does For the list of keys.
 * @property {string} [icon] In icons.svg.
 * @property {string} [swatch] A colour, as the class of a dot.
 * @property {"click" | "stroke" | "box" | "outline"} gesture What the main button does.
 * @property {"radius" | "brush" | null} size What the circle around the pointer is.
 * @property {boolean} [once] Back to the first tool after one mark.
 * @property {boolean} [protects] Whether it protects what it covers, and marks nothing.
 * @property {(gesture: Gesture, scene: Scene) => Effect} act Changes nothing itself.
 *
 * How a mark is drawn.
 * @typedef {object} Look
 * @property {string} fill
 * @property {string} ink
 * @property {"plus" | "minus" | "up" | "down" | "none"} sign
 * @property {string} [text]
 * @property {string} [inside] Written on the dot.
 * @property {boolean} [small]
 * @property {boolean} [stressed]
 *
 * Where the changes of a session go. Each answers the session as it is then.
 * @typedef {object} Work
 * @property {(session: Session, marks: Mark[], meanwhile?: (plane: Plane) => void) => Promise<Session>} add All of them,
 *   or none; a point or a merge comes alone. What stands until the last of them is refined is given meanwhile.
 * @property {(session: Session, number: number, mark: Mark | null) => Promise<Session>} [put] A mark in the place of
 *   another, from 1; null takes it back.
 * @property {(session: Session, step: "undo" | "redo" | "reset") => Promise<Session>} step
 * @property {(session: Session, mark: Mark) => Promise<Plane | null>} [preview] What a mark would give, which is not
 *   made; null where it is refused.
 * @property {(session: Session) => Promise<Plane>} plane As fine as the screen shows it, or finer.
 * @property {(session: Session, signal: AbortSignal) => Promise<{ plane: Plane, version: number }>} [whole] All of it.
 * @property {(session: Session) => Promise<Plane>} first Before any mark.
 * @property {(session: Session, kind: string) => Promise<Blob>} file What is downloaded.
 *
 * A key and what it does.
 * @typedef {object} Shortcut
 * @property {string} [id] By which its keys can be changed.
 * @property {string[]} [keys] Any of them runs it: "Mod+Z", "[", "Shift+N".
 * @property {string[][]} [shown] What the list shows instead: each alternative as its keys.
 * @property {string} does Empty where the list leaves it out.
 * @property {(actions: import("./actions.js").Actions) => void} [run]
 * @property {(actions: import("./actions.js").Actions) => void} [release] When the key goes up again.
 * @property {boolean} [once] Not again while the key is held.
 * @property {boolean} [anytime] Also on the start screen.
 *
 * What a task's own controls are built with, and what keeps them up to date.
 * @typedef {object} Panel
 * @property {HTMLElement} place
 * @property {Session} session
 * @property {import("./actions.js").Actions} actions
 * @typedef {(state: State) => void} Update
 *
 * Everything that is special to a task.
 * @typedef {object} Task
 * @property {string} name
 * @property {string} within The task whose button is pressed; its own name but for preparations.
 * @property {string} title
 * @property {string} icon
 * @property {string} headline Of the start screen.
 * @property {string} lead
 * @property {string} noun What its predictions are called.
 * @property {string} file The end of a downloaded file's name.
 * @property {boolean} [collects] Whether its marks make objects, whose masks are asked for when all marks are there.
 * @property {Work} work
 * @property {Partial<Settings>} settings What is chosen at first.
 * @property {Tool[]} tools
 * @property {View[]} views
 * @property {(material: Material) => Picture} picture
 * @property {(plane: Plane) => Partial<Settings>} [begin] Choices that follow from the first prediction.
 * @property {(scene: Scene, at: Point) => string} says What is shown at a place, in words.
 * @property {(session: Session, settings: Settings) => Mark[]} [marks] Those that are drawn; all when missing.
 * @property {(state: State) => string} [counted] How much there is, in words; the marks when missing.
 * @property {(scene: Scene, at: Point) => Effect} [pick] Takes up what is shown at a place.
 * @property {string} [picks] What that is, for the list of keys.
 * @property {(mark: Mark) => Partial<Settings> | null} [choose] What a click on a mark chooses.
 * @property {(mark: Mark, scene: Scene) => Look} look
 * @property {(state: State) => string} hint What to do next.
 * @property {(panel: Panel) => Update} controls
 * @property {(session: Session, settings: Settings) => Shortcut[]} [keys]
 * @property {{ label: string, title: string } | null} load How a prediction to start from is asked for.
 * @property {(file: File, question: import("./question.js").Question) => Promise<{ depth_scale?: number } | null>} [unit]
 *   What must be known of such a file; null gives up.
 * @property {string} [first] The task that makes what this one starts from.
 * @property {(session: Session) => string | null} [lacks] What may be missing of a photo that is said to be done.
 *
 * How clicks are answered by the browser itself, and how these answers are beside the server's.
 * @typedef {object} Answered
 * @property {boolean} chosen
 * @property {boolean} offered Whether it can do so in this session.
 * @property {"off" | "loading" | "ready" | "failed"} phase
 * @property {number} answered How many answers on this photo were its own.
 * @property {number} compared How many the server answered too.
 * @property {number} apart How many of those were others than the server's by more than one pixel in a thousand.
 * @property {number | null} share Of the pixels in which the last one was another.
 * @property {number | null} took Milliseconds for the last one.
 *
 * Everything that the page shows.
 * @typedef {object} State
 * @property {"start" | "opening" | "editing"} phase
 * @property {Offer[]} offers
 * @property {string} task The chosen one.
 * @property {Session | null} session
 * @property {ImageBitmap | null} photo
 * @property {Picture | null} picture
 * @property {Plane | null} first The prediction before any mark, once it is known.
 * @property {Picture | null} before Drawn in place of the picture while a person compares.
 * @property {{ at: number, picture: Picture } | null} split The prediction before any mark, left of a share of the stage.
 * @property {Mark | null} selected The mark that is chosen.
 * @property {Mark | null} carried That mark, where it is dragged.
 * @property {Mark[]} pending Marks that are not answered yet.
 * @property {number} waiting How many changes are on their way.
 * @property {boolean} previews Whether the person wants to see what a click would change.
 * @property {Border | null} preview Around what a click at the pointer would change.
 * @property {{ name: string, border: (every: number) => Border, share: number } | null} shield Around what is protected, and how much of the photo that is.
 * @property {boolean} ahead Whether the picture shows what the browser makes of the marks that are on their way.
 * @property {Answered | null} here
 * @property {Project | null} project The one that is open.
 * @property {import("./projects/album.js").Album | null} album Its images.
 * @property {Photo | null} image The one that is worked on.
 * @property {string | null} unopened Why that one cannot be opened; its place is shown in words.
 * @property {boolean} offline Whether the server does not answer.
 * @property {Record<string, Settings>} settings By task.
 * @property {boolean} shown Whether the prediction is drawn at all.
 * @property {Mark | null} draft The box or stroke that is being dragged.
 * @property {(Point & { other: boolean, take: boolean, keyboard: boolean }) | null} pointer
 */

export {};
