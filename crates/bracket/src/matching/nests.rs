//! Nests: made of an odd cycle of tight edges, taken apart when their price is gone.

use super::{Label, NONE, Solver, Weight};

impl<W: Weight> Solver<W> {
    /// The vertices in a node.
    pub(super) fn vertices(&self, node: usize) -> Vec<usize> {
        let mut vertices = Vec::with_capacity(self.count[node]);
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            if node < self.size {
                vertices.push(node);
            } else {
                open.extend(&self.parts[node]);
            }
        }
        vertices
    }

    /// The part of a nest that holds a vertex.
    fn part(&self, nest: usize, vertex: usize) -> usize {
        let mut node = vertex;
        while self.around[node] != nest && self.around[node] != NONE {
            node = self.around[node];
        }
        node
    }

    /// Makes a vertex the one of its node that is matched outside.
    pub(super) fn rotate(&mut self, node: usize, vertex: usize) {
        let mut open = vec![(node, vertex)];
        while let Some((node, vertex)) = open.pop() {
            if node < self.size || self.base[node] == vertex {
                continue;
            }
            self.base[node] = vertex;
            let part = self.part(node, vertex);
            open.push((part, vertex));
            let length = self.parts[node].len();
            let place = self.parts[node].iter().position(|other| *other == part).unwrap_or(0);
            // The even way from the part to the old base: its edges change sides two by two.
            let firsts = if place % 2 == 1 { (place + 1)..length } else { 0..place };
            for first in firsts.step_by(2) {
                let (one, other) = self.links[node][first];
                open.push((self.parts[node][first], one));
                open.push((self.parts[node][(first + 1) % length], other));
                (self.mate[one], self.mate[other]) = (other, one);
            }
            self.parts[node].rotate_left(place);
            self.links[node].rotate_left(place);
        }
    }

    /// The outermost node in which the ways from two outer nodes to the root meet.
    fn meeting(&mut self, one: usize, other: usize) -> usize {
        self.mark += 1;
        let mut walkers = [Some(one), Some(other)];
        let mut turn = 0;
        loop {
            if let Some(node) = walkers[turn] {
                if self.marks[node] == self.mark {
                    return node;
                }
                self.marks[node] = self.mark;
                walkers[turn] = self.before(node).map(|[_, (outer, _)]| outer);
            } else if walkers[1 - turn].is_none() {
                // Both ways end at the one root, so this is not reached.
                return one;
            }
            turn = 1 - turn;
        }
    }

    /// Makes a nest of the cycle that a tight edge between outer vertices closes.
    pub(super) fn contract(&mut self, from: usize, to: usize) {
        let Some(nest) = self.unused.pop() else { return };
        let (one, other) = (self.top(from), self.top(to));
        let meeting = self.meeting(one, other);
        let way = |start: usize| {
            let (mut nodes, mut edges) = (Vec::new(), Vec::new());
            let mut node = start;
            while node != meeting {
                let Some([(inner, matched), (outer, reached)]) = self.before(node) else { break };
                nodes.extend([node, inner]);
                edges.extend([matched, reached]);
                node = outer;
            }
            (nodes, edges)
        };
        let ((up, up_edges), (down, down_edges)) = (way(one), way(other));
        let mut parts = vec![meeting];
        parts.extend(up.iter().rev().chain(&down));
        let mut links: Vec<_> = up_edges.iter().rev().map(|&(low, high)| (high, low)).collect();
        links.push((from, to));
        links.extend(down_edges);

        let largest = parts.iter().copied().max_by_key(|part| self.count[*part]);
        let set = largest.map_or(0, |part| self.set[part]);
        let mut fresh = Vec::new();
        for &part in &parts {
            self.nest_prices[part] = self.nest_price(part);
            let inner = self.label[part] == Label::Inner;
            let moved = self.set[part] != set;
            if inner || moved {
                for vertex in self.vertices(part) {
                    self.set_of[vertex] = set;
                    if inner {
                        self.sign(vertex, Label::Outer);
                        fresh.push(vertex);
                    }
                }
            }
            if moved {
                self.unused_sets.push(self.set[part]);
            }
            self.around[part] = nest;
            self.label[part] = Label::Free;
        }
        self.owner[set] = nest;
        self.set[nest] = set;
        self.count[nest] = parts.iter().map(|part| self.count[*part]).sum();
        self.base[nest] = self.base[meeting];
        self.around[nest] = NONE;
        self.label[nest] = Label::Outer;
        self.tree[nest] = self.tree[meeting];
        self.nest_prices[nest] = W::default() - self.delta.twice();
        self.parts[nest] = parts;
        self.links[nest] = links;
        for vertex in fresh {
            self.scan(vertex);
        }
    }

    /// Takes an inner nest apart if it still is one and its price is gone.
    pub(super) fn expand_if_due(&mut self, nest: usize) {
        let stands = self.around[nest] == NONE && !self.parts[nest].is_empty();
        let inner = self.label[nest] == Label::Inner;
        if stands && inner && self.nest_price(nest) == W::default() {
            self.expand(nest);
        }
    }

    fn expand(&mut self, nest: usize) {
        let mut parts = std::mem::take(&mut self.parts[nest]);
        let mut links = std::mem::take(&mut self.links[nest]);
        let (entry, tree) = (self.entry[nest], self.tree[nest]);
        self.label[nest] = Label::Free;
        self.nest_prices[nest] = W::default();
        self.unused.push(nest);

        let entered = self.part(nest, entry.1);
        let largest = parts.iter().copied().max_by_key(|part| self.count[*part]);
        for &part in &parts {
            let keeps = Some(part) == largest;
            let set = if keeps { Some(self.set[nest]) } else { self.unused_sets.pop() };
            let Some(set) = set else { continue };
            self.set[part] = set;
            self.owner[set] = part;
            if !keeps {
                for vertex in self.vertices(part) {
                    self.set_of[vertex] = set;
                }
            }
            self.around[part] = NONE;
            // The vertices are inner, so this is what the part is until it gets a label of its own.
            self.label[part] = Label::Inner;
            self.nest_prices[part] += self.delta.twice();
        }

        // Turned so that the even way from where the tree entered to the base goes forward.
        let mut place = parts.iter().position(|part| *part == entered).unwrap_or(0);
        if place.is_multiple_of(2) && place > 0 {
            parts[1..].reverse();
            links.reverse();
            for link in &mut links {
                *link = (link.1, link.0);
            }
            place = parts.len() - place;
        }
        let forward = if place == 0 { vec![0] } else { (place..=parts.len()).collect() };
        let mut entry = entry;
        for (step, &at) in forward.iter().enumerate() {
            let part = parts[at % parts.len()];
            if step % 2 == 0 {
                self.make_inner(part, entry, tree);
            } else {
                entry = links[at];
            }
        }
        // Labels first, events after them.
        let beside = if place == 0 { 1..parts.len() } else { 1..place };
        for at in beside {
            self.make_free(parts[at]);
        }
        for &at in forward.iter().skip(1).step_by(2) {
            self.make_outer(parts[at % parts.len()], tree);
        }
    }
}
