//! What is portable because of what it holds: tuples, collections, pointers that own, cells, locks.

use super::portable_of;
use crate::Portable;
use std::{
    array,
    borrow::Cow,
    boxed::Box,
    cell,
    collections::{
        BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque, binary_heap, btree_map, btree_set,
        hash_map, hash_set, linked_list, vec_deque,
    },
    io, iter, option,
    pin::Pin,
    result, sync, task, vec,
};

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<$($name: Portable),*> Portable for ($($name,)*) {}
    };
}
tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
tuples!(A B C D E F G H I);
tuples!(A B C D E F G H I J);
tuples!(A B C D E F G H I J K);
tuples!(A B C D E F G H I J K L);

// Written out, because rustc shows the line of an impl when it is refused a reference to such a type.
impl<T: Portable> Portable for Option<T> {}
impl<T: Portable, E: Portable> Portable for Result<T, E> {}
impl<T: Portable> Portable for task::Poll<T> {}
impl<T: Portable> Portable for [T] {}
impl<T: Portable, const N: usize> Portable for [T; N] {}

impl<T: Portable> Portable for Vec<T> {}
impl<T: Portable> Portable for VecDeque<T> {}
impl<T: Portable> Portable for LinkedList<T> {}
impl<T: Portable> Portable for BinaryHeap<T> {}
impl<T: Portable> Portable for BTreeSet<T> {}
impl<K: Portable, V: Portable> Portable for BTreeMap<K, V> {}
impl<T: Portable, S: Portable> Portable for HashSet<T, S> {}
impl<K: Portable, V: Portable, S: Portable> Portable for HashMap<K, V, S> {}

// Iterators that own what is left of them. Adapters (`Map`, `Filter`) hold closures: collect before the turn.
portable_of!(
    vec::IntoIter<T>,
    vec_deque::IntoIter<T>,
    linked_list::IntoIter<T>,
    binary_heap::IntoIter<T>,
    btree_set::IntoIter<T>,
    btree_map::IntoIter<K, V>,
    hash_set::IntoIter<T>,
    hash_map::IntoIter<K, V>,
    option::IntoIter<T>,
    result::IntoIter<T>,
    iter::Once<T>,
    iter::Empty<T>,
    iter::Repeat<T>,
    iter::Rev<I>,
);
impl<T: Portable, const N: usize> Portable for array::IntoIter<T, N> {}

impl<T: ?Sized + Portable> Portable for Box<T> {}
impl<P: Portable> Portable for Pin<P> {}
impl<T: ?Sized + ToOwned + Portable + Sync> Portable for Cow<'static, T> where T::Owned: Portable {}
impl<T: ?Sized + Portable + Sync> Portable for sync::Arc<T> {}
impl<T: ?Sized + Portable + Sync> Portable for sync::Weak<T> {}

// Cells are `Send`: who owns one may take it along. Sharing it takes an `Arc`, which asks for `Sync`.
impl<T: ?Sized + Portable> Portable for cell::Cell<T> {}
impl<T: ?Sized + Portable> Portable for cell::RefCell<T> {}
impl<T: ?Sized + Portable> Portable for cell::UnsafeCell<T> {}
portable_of!(cell::OnceCell<T>, cell::LazyCell<T, F>);

impl<T: ?Sized + Portable> Portable for sync::Mutex<T> {}
impl<T: ?Sized + Portable> Portable for sync::RwLock<T> {}
portable_of!(sync::OnceLock<T>, sync::LazyLock<T, F>);

portable_of!(io::Cursor<T>, io::Take<T>, io::Chain<A, B>);
impl<T: ?Sized + Portable> Portable for io::BufReader<T> {}
impl<T: ?Sized + io::Write + Portable> Portable for io::BufWriter<T> {}
impl<T: ?Sized + io::Write + Portable> Portable for io::LineWriter<T> {}
