//! Limits of turns, heaps and buffers, and terminations by hand.

mod attribution;
mod buffers;
mod endless;
mod followers;
mod heap;
mod kill;
