//! Explored interleavings of the protocol.
