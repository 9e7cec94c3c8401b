//! What readers fill: blocks of rows, the texts of their columns; and how the engine asks for them.

pub mod block;
pub mod bridge;
pub mod dictionary;
pub mod reader;

pub use block::{RawBlock, Sieve};
pub use bridge::{BridgeRows, ReadBridge};
pub use dictionary::Dictionaries;
pub use reader::{Chunk, Opened, RawColumns, Reader};
