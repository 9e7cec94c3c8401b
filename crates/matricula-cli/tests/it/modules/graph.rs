//! Circles of arrows, and the arrows that would have to go.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::arrows::{Arrow, Mention};

type Arrows = BTreeMap<Arrow, BTreeSet<Mention>>;

/// A circle, and the arrow that closes it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Circle {
    /// From the start of the closing arrow along it and back: `[a, b, …, a]`.
    pub(super) way: Vec<String>,
    pub(super) closing: Arrow,
}

/// One circle for each arrow of a set without which there would be none.
///
/// The set is sought greedily: the arrow of the fewest paths that lies on a circle goes first, and returns at the end
/// where the others do without. The other arrows of a circle shown are not in the set.
pub(super) fn circles(arrows: &Arrows) -> Vec<Circle> {
    let mut kept: BTreeSet<&Arrow> = arrows.keys().collect();
    let mut by_paths: Vec<&Arrow> = arrows.keys().collect();
    by_paths.sort_by_key(|arrow| arrows[*arrow].len());
    let mut closing = Vec::new();
    for arrow in by_paths {
        if way(&kept, &arrow.1, &arrow.0).is_some() {
            kept.remove(arrow);
            closing.push(arrow);
        }
    }
    for arrow in closing.clone().into_iter().rev() {
        if way(&kept, &arrow.1, &arrow.0).is_none() {
            kept.insert(arrow);
            closing.retain(|other| *other != arrow);
        }
    }
    closing.into_iter().filter_map(|arrow| circle(&kept, arrow)).collect()
}

fn circle(kept: &BTreeSet<&Arrow>, arrow: &Arrow) -> Option<Circle> {
    let back = way(kept, &arrow.1, &arrow.0)?;
    let way = std::iter::once(arrow.0.clone()).chain(back).collect();
    Some(Circle { way, closing: arrow.clone() })
}

/// The shortest way along the arrows, both ends included; found breadth first.
fn way(arrows: &BTreeSet<&Arrow>, from: &str, to: &str) -> Option<Vec<String>> {
    let mut before: BTreeMap<&str, &str> = BTreeMap::new();
    let mut open = VecDeque::from([from]);
    while let Some(at) = open.pop_front() {
        if at == to {
            return Some(traced(&before, from, to));
        }
        for (_, next) in arrows.iter().filter(|(start, _)| start == at) {
            if next != from && !before.contains_key(next.as_str()) {
                before.insert(next, at);
                open.push_back(next);
            }
        }
    }
    None
}

fn traced(before: &BTreeMap<&str, &str>, from: &str, to: &str) -> Vec<String> {
    let mut way = vec![to.to_owned()];
    let mut at = to;
    while at != from {
        at = before[at];
        way.push(at.to_owned());
    }
    way.reverse();
    way
}

/// The sentence for a circle.
pub(super) fn told(name: &str, circle: &Circle, arrows: &Arrows) -> String {
    let (from, to) = &circle.closing;
    let way = circle.way.join(" -> ");
    format!("crate {name}: {way}; the arrow {from} -> {to} is made by {}", makers(&arrows[&circle.closing]))
}

/// `a/b.rs (`crate::c::D`, `crate::c::E`), a/f.rs (`super::c::D`)`.
pub(super) fn makers(mentions: &BTreeSet<Mention>) -> String {
    let mut files: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for Mention { file, text } in mentions {
        files.entry(file).or_default().push(format!("`{text}`"));
    }
    let told: Vec<String> = files.iter().map(|(file, texts)| format!("{file} ({})", texts.join(", "))).collect();
    told.join(", ")
}
