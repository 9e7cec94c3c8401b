pub(crate) mod block;
