"""The equations of the specification's steps 2 to 4 in loops over patches, in float64."""

import math

import numpy as np


def rollout(attention, row, *, last):
    """Step 2: the rows of Ã_L, Ã_L·Ã_(L−1), … from whole matrices."""
    product, maps = None, []
    for block in list(reversed(attention))[:last]:
        a = np.asarray(block, np.float64).mean(axis=0) + np.eye(block.shape[-1])
        a /= a.sum(axis=1, keepdims=True)
        product = a if product is None else product @ a
        maps.append(product[row])
    return maps


def min_max(plane):
    low, high = plane.min(), plane.max()
    return (plane - low) / (high - low) if high > low else np.ones_like(plane)


def components(mask):
    """Lists of (row, column), 8-neighbours, by filling."""
    left, found = {(int(r), int(c)) for r, c in np.argwhere(mask)}, []
    while left:
        front = [left.pop()]
        piece = []
        while front:
            row, column = front.pop()
            piece.append((row, column))
            for near in [(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]:
                if near in left:
                    left.remove(near)
                    front.append(near)
        found.append(piece)
    return found


def tight_box(plane):
    """Step 2: ≥ 0.2, components of half the largest area and more, the box around them."""
    pieces = components(min_max(plane) >= 0.2)
    largest = max(len(piece) for piece in pieces)
    kept = [at for piece in pieces if len(piece) >= 0.5 * largest for at in piece]
    rows, columns = [r for r, _ in kept], [c for _, c in kept]
    return [min(columns), min(rows), max(columns) + 1, max(rows) + 1]


def symmetric_box(plane, x, y):
    """Step 2: per axis the side farther from the point is mirrored, cut at the border."""
    x0, y0, x1, y1 = tight_box(plane)
    across, down = max(x - x0, x1 - x), max(y - y0, y1 - y)
    height, width = plane.shape
    return [max(x - across, 0), max(y - down, 0), min(x + across, width), min(y + down, height)]


def contrast(plane, box):
    """The mean inside the box less the mean outside; 0 where nothing is outside."""
    plane = min_max(plane)
    inside, outside = [], []
    for row, column in np.ndindex(plane.shape):
        touched = box[0] < column + 1 and column < box[2] and box[1] < row + 1 and row < box[3]
        (inside if touched else outside).append(plane[row, column])
    return sum(inside) / len(inside) - sum(outside) / len(outside) if outside else 0.0


def unit(vector):
    return vector / max(np.linalg.norm(vector), 1e-12)


def prototype_maps(features, maps, inside, lots):
    """Step 3, with the patches of the highest lots as the sampled ones."""
    objects, patches = maps.shape

    def draw(eligible, order):
        chosen = [i for i in range(patches) if eligible[i]]
        chosen.sort(key=lambda i: -lots[i])
        if not chosen:
            chosen = sorted(range(patches), key=lambda i: -order[i])
        return unit(sum(features[i] for i in chosen[:20]))

    def cosines(prototype, allowed):
        return [max(prototype @ features[i], 0) * allowed[i] for i in range(patches)]

    def again(similar, prototype):
        top = max(similar)
        if top == 0:
            return prototype
        return unit(sum(s * features[i] for i, s in enumerate(similar) if s >= 0.9 * top))

    everywhere = np.ones(patches)
    held = maps * inside
    own = [draw(held[k] >= 0.2, held[k]) for k in range(objects)]
    own.append(draw(maps.max(axis=0) < 0.1, -maps.max(axis=0)))
    allowed = [*inside, everywhere]
    similar = [cosines(prototype, everywhere) for prototype in own]
    for _ in range(2):
        own = [again(s, p) for s, p in zip(similar, own, strict=True)]
        similar = [cosines(p, a) for p, a in zip(own, allowed, strict=True)]
        for i in range(patches):
            winner = max(range(objects + 1), key=lambda k: similar[k][i])
            for k in range(objects + 1):
                similar[k][i] *= k == winner
    foreground, background = [], []
    for k in range(objects):
        other = draw(maps[k] < 0.1, -maps[k])
        likeness = cosines(other, everywhere)
        for _ in range(2):
            other = again(likeness, other)
            likeness = cosines(other, everywhere)
        f = np.array([(1 - b) * s for b, s in zip(likeness, similar[k], strict=True)])
        f /= max(f.max(), 1e-6)
        foreground.append(f)
        background.append((1 - f) / max((1 - f).max(), 1e-6))
    return np.array(foreground), np.array(background)


def shift(prototypes, features, within, *, iterations):
    """Step 4 for one object: the moved prototypes, and which of them own a patch in the end."""
    prototypes = [unit(p) for p in prototypes]
    places = [i for i in range(len(features)) if within[i]]
    spread, own = [0.1] * len(prototypes), []
    for _ in range(iterations):
        logs = []
        for p, tau in zip(prototypes, spread, strict=True):
            scores = [p @ features[i] / (0.1 * tau) for i in places]
            top = max(scores)
            total = top + math.log(sum(math.exp(s - top) for s in scores))
            logs.append([s - total for s in scores])
        own = [[] for _ in prototypes]
        for at in range(len(places)):
            own[max(range(len(prototypes)), key=lambda j: logs[j][at])].append(at)
        for j, mine in enumerate(own):
            if not mine:
                spread[j] = 0.1
                continue
            spread[j] = max(
                1 - np.mean([prototypes[j] @ features[places[at]] for at in mine]), 0.01
            )
            top = max(logs[j][at] for at in mine)
            weights = [math.exp(logs[j][at] - top) for at in mine]
            pairs = zip(weights, mine, strict=True)
            prototypes[j] = unit(sum(w * features[places[at]] for w, at in pairs))
    return np.array(prototypes), [bool(mine) for mine in own]


def k_means(prototypes, features, within, *, iterations):
    """K-Means of unit vectors for one object, likewise."""
    prototypes, own = [unit(p) for p in prototypes], []
    for _ in range(iterations):
        own = [[] for _ in prototypes]
        for i in range(len(features)):
            if within[i]:
                own[max(range(len(prototypes)), key=lambda j: prototypes[j] @ features[i])].append(
                    features[i]
                )
        prototypes = [unit(sum(m)) if m else p for m, p in zip(own, prototypes, strict=True)]
    return np.array(prototypes), [bool(mine) for mine in own]


def area(prototype, features, among, *, above):
    return sum(bool(among[i]) and prototype @ features[i] > above for i in range(len(features)))


def filtered(prototypes, alive, features, within, inside, *, share):
    """Step 4: a share of {> 0.8} in the box lies inside; else the part that does best."""
    shares = {}
    for j, p in enumerate(prototypes):
        if alive[j]:
            covered = area(p, features, within, above=0.8)
            shares[j] = area(p, features, within & inside, above=0.8) / max(covered, 1)
    kept = [j for j in shares if shares[j] >= share]
    return kept or [max(shares, key=lambda j: shares[j])]


def by_core(prototypes, alive, features, within):
    """The living parts, the largest area {> 0.9} first."""
    living = [j for j in range(len(prototypes)) if alive[j]]
    return sorted(living, key=lambda j: -area(prototypes[j], features, within, above=0.9))


def merged(prototypes, alive, features, within):
    """Step 4: from the largest core down, a part takes in what has a cosine ≥ 0.85 to it."""
    left, out = by_core(prototypes, alive, features, within), []
    while left:
        group = [j for j in left if j == left[0] or prototypes[left[0]] @ prototypes[j] >= 0.85]
        out.append(unit(sum(prototypes[j] for j in group)))
        left = [j for j in left if j not in group]
    return np.array(out)


def key_point(prototype, features, within, *, width):
    """The centre (x, y) of the patch of the box with the largest cosine."""
    best = max(
        (i for i in range(len(features)) if within[i]), key=lambda i: prototype @ features[i]
    )
    return best % width + 0.5, best // width + 0.5
