//! The floors of the house: arrows between modules and between crates point down.
//!
//! An arrow goes from a module below the root of a crate to another that it names, and to the one that defines the name:
//! by `use`, by a path in an expression, a type, a macro or an attribute, through `super`, and through what others
//! re-export.

mod arrows;
mod dependencies;
mod graph;
mod house;
mod planted;
mod resolve;
mod tokens;
mod tree;
mod use_tree;
mod workspace;

use arrows::{Drawn, draw};
use graph::{circles, makers, told};
use house::{FLOORS, GROUND};
use tree::Crate;
use workspace::packages;

/// Every circle of a crate, in a sentence each.
fn circles_of(read: &Crate) -> Vec<String> {
    let arrows = draw(read).arrows;
    circles(&arrows).iter().map(|circle| told(&read.name, circle, &arrows)).collect()
}

/// Every path that takes a name from the root of a crate, in a sentence each.
fn taken_from_root(read: &Crate) -> Vec<String> {
    draw(read).from_root.into_iter().collect()
}

/// Every arrow from the ground of a crate to a module above it, in a sentence each.
fn above_ground(read: &Crate, ground: &[&str]) -> Vec<String> {
    let name = &read.name;
    let unknown = ground.iter().filter(|module| !read.tops().contains(*module));
    let unknown = unknown.map(|module| format!("crate {name}: the ground `{module}` is no module of it"));
    let Drawn { arrows, .. } = draw(read);
    let up = arrows.iter().filter(|((from, to), _)| ground.contains(&from.as_str()) && !ground.contains(&to.as_str()));
    let up = up.map(|((from, to), mentions)| {
        format!("crate {name}: {from} is ground and {to} is not; the arrow is made by {}", makers(mentions))
    });
    unknown.chain(up).collect()
}

fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

fn of_every_crate(complaints: impl Fn(&Crate) -> Vec<String>) -> Vec<String> {
    packages().iter().flat_map(workspace::Package::crates).flat_map(|read| complaints(&read)).collect()
}

#[test]
fn every_source_file_is_read() {
    for package in packages() {
        let crates = package.crates();
        let faults: Vec<String> = crates.iter().flat_map(|read| read.faults.clone()).collect();
        assert_none(&faults);
        assert_eq!(package.strays(&crates), Vec::<String>::new(), "files of {} that no `mod` leads to", package.name);
    }
}

#[test]
fn the_modules_of_no_crate_go_in_a_circle() {
    assert_none(&of_every_crate(circles_of));
}

#[test]
fn nothing_is_taken_from_the_root_of_its_crate() {
    assert_none(&of_every_crate(taken_from_root));
}

#[test]
fn the_ground_rests_on_ground() {
    for (name, _) in GROUND {
        assert!(FLOORS.iter().any(|(floor, _)| floor == name), "{name} is no crate of the house");
    }
    let ground = |read: &Crate| GROUND.iter().find(|(name, _)| *name == read.name).map(|(_, modules)| *modules);
    assert_none(&of_every_crate(|read| above_ground(read, ground(read).unwrap_or_default())));
}

#[test]
#[ignore = "prints every arrow, the number of its paths and the paths, for whoever moves modules"]
#[expect(clippy::print_stdout, reason = "printing is what it is for")]
fn print_the_arrows() {
    for read in packages().iter().flat_map(workspace::Package::crates) {
        println!("\ncrate {}", read.name);
        for ((from, to), mentions) in draw(&read).arrows {
            println!("{:5} {from} -> {to}: {}", mentions.len(), makers(&mentions));
        }
    }
}
