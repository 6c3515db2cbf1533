//! Programs that use isolock.
