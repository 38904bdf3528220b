//! The alternating tree: growing it, and pairing along it.

use std::cmp::Reverse;

use super::{Kind, Label, NONE, Solver, Weight};

impl<W: Weight> Solver<W> {
    /// Grows a tree from a vertex without a partner until it reaches another one, and pairs along
    /// the way; `false` if there is none to reach.
    pub(super) fn grow(&mut self, root: usize) -> bool {
        self.delta = W::default();
        self.heap.clear();
        self.bound = None;
        self.make_outer(self.top(root));
        let mut done = false;
        while let Some(Reverse((when, kind, from, place))) = self.heap.pop() {
            if kind == Kind::Expand {
                self.expand_if_due(from, when);
                continue;
            }
            let (mut from, mut to) = (from, self.to[place]);
            if self.label[self.top(to)] == Label::Outer {
                (from, to) = (to, from);
            }
            let (near, far) = (self.top(from), self.top(to));
            // Whatever changes an edge's event adds another, so what does not fit any more is void.
            let slack = self.weights[place] - self.price_at(from, when) - self.price_at(to, when);
            if near == far || self.label[near] != Label::Outer || slack != W::default() {
                continue;
            }
            match self.label[far] {
                Label::Inner => {}
                Label::Outer => {
                    self.delta = when;
                    self.contract(from, to);
                }
                Label::Free => {
                    self.delta = when;
                    let partner = self.mate[self.base[far]];
                    if partner == NONE {
                        self.augment(from, to);
                        done = true;
                        break;
                    }
                    self.make_inner(far, (from, to));
                    self.make_outer(self.top(partner));
                }
            }
        }
        self.settle();
        done
    }

    /// Makes the prices of all that has a label stand still.
    fn settle(&mut self) {
        for vertex in std::mem::take(&mut self.touched) {
            self.prices[vertex] = self.price_at(vertex, self.delta);
            self.signs[vertex] = Label::Free;
            self.best[vertex] = None;
            let node = self.top(vertex);
            self.nest_prices[node] = self.nest_price(node);
            self.label[node] = Label::Free;
        }
    }

    /// The present price of a node that stands in no other.
    pub(super) fn nest_price(&self, node: usize) -> W {
        match self.label[node] {
            _ if node < self.size => W::default(),
            Label::Free => self.nest_prices[node],
            Label::Outer => self.nest_prices[node] + self.delta.twice(),
            Label::Inner => self.nest_prices[node] - self.delta.twice(),
        }
    }

    fn relabel(&mut self, node: usize, label: Label) {
        let price = self.nest_price(node);
        if node >= self.size {
            self.nest_prices[node] = match label {
                Label::Free => price,
                Label::Outer => price - self.delta.twice(),
                Label::Inner => price + self.delta.twice(),
            };
        }
        self.label[node] = label;
        for vertex in self.vertices(node) {
            self.sign(vertex, label);
        }
    }

    /// From now on the price of a vertex moves as this label says.
    pub(super) fn sign(&mut self, vertex: usize, label: Label) {
        let price = self.price_at(vertex, self.delta);
        self.prices[vertex] = match label {
            Label::Free => price,
            Label::Outer => price - self.delta,
            Label::Inner => price + self.delta,
        };
        self.signs[vertex] = label;
        self.touched.push(vertex);
    }

    pub(super) fn make_outer(&mut self, node: usize) {
        self.relabel(node, Label::Outer);
        for vertex in self.vertices(node) {
            self.scan(vertex);
        }
    }

    pub(super) fn make_inner(&mut self, node: usize, entry: (usize, usize)) {
        self.relabel(node, Label::Inner);
        self.entry[node] = entry;
        if node >= self.size {
            let when = self.delta + self.nest_price(node).half();
            self.push(when, Kind::Expand, node, 0);
        }
    }

    /// What was inner and stands beside the tree now.
    pub(super) fn make_free(&mut self, node: usize) {
        self.relabel(node, Label::Free);
        for vertex in self.vertices(node) {
            self.best[vertex] = None;
            for place in self.starts[vertex]..self.starts[vertex + 1] {
                let other = self.to[place];
                if self.label[self.top(other)] == Label::Outer {
                    let price = self.price_at(other, self.delta);
                    let slack = self.weights[place] - self.prices[vertex] - price;
                    self.reach(vertex, place, vertex, self.delta + slack);
                }
            }
        }
    }

    fn push(&mut self, when: W, kind: Kind, node: usize, place: usize) {
        if self.bound.is_none_or(|bound| when < bound) {
            self.heap.push(Reverse((when, kind, node, place)));
        }
    }

    /// An edge from an outer vertex to a free one, `to`, will be tight; it stands at `from`.
    fn reach(&mut self, from: usize, place: usize, to: usize, when: W) {
        if self.best[to].is_some_and(|best| best <= when) {
            return;
        }
        self.best[to] = Some(when);
        self.touched.push(to);
        if self.mate[self.base[self.top(to)]] == NONE {
            self.push(when, Kind::Augment, from, place);
            self.bound = Some(self.bound.map_or(when, |bound| bound.min(when)));
        } else {
            self.push(when, Kind::Grow, from, place);
        }
    }

    /// Notes when each edge of an outer vertex will be tight.
    pub(super) fn scan(&mut self, vertex: usize) {
        let price = self.price_at(vertex, self.delta);
        let home = self.set_of[vertex];
        for place in self.starts[vertex]..self.starts[vertex + 1] {
            let other = self.to[place];
            let set = self.set_of[other];
            if set == home {
                continue;
            }
            match self.label[self.owner[set]] {
                Label::Inner => {}
                Label::Free => {
                    let slack = self.weights[place] - price - self.prices[other];
                    self.reach(vertex, place, other, self.delta + slack);
                }
                Label::Outer => {
                    let there = self.price_at(other, self.delta);
                    let slack = self.weights[place] - price - there;
                    self.push(self.delta + slack.half(), Kind::Contract, vertex, place);
                }
            }
        }
    }

    /// The inner node before an outer one and the outer one before that, with the edges between;
    /// `None` for the root.
    pub(super) fn before(&self, node: usize) -> Option<[(usize, (usize, usize)); 2]> {
        let vertex = self.base[node];
        let partner = self.mate[vertex];
        if partner == NONE {
            return None;
        }
        let inner = self.top(partner);
        let (outer, reached) = self.entry[inner];
        Some([(inner, (vertex, partner)), (self.top(outer), (reached, outer))])
    }

    /// Pairs along the tree, from the edge to a vertex without a partner back to the root.
    fn augment(&mut self, from: usize, to: usize) {
        self.rotate(self.top(to), to);
        let (mut from, mut to) = (from, to);
        loop {
            let outer = self.top(from);
            let before = self.before(outer);
            self.rotate(outer, from);
            (self.mate[from], self.mate[to]) = (to, from);
            let Some([(inner, _), _]) = before else { return };
            let (next, reached) = self.entry[inner];
            self.rotate(inner, reached);
            (from, to) = (next, reached);
        }
    }
}
