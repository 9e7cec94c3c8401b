//! Cube files on disk: the folder that `matricula cube` writes, and the cache. `docs/cubes.md` is normative.

pub(crate) mod cache;
pub(crate) mod folder;
pub(crate) mod stamp;
