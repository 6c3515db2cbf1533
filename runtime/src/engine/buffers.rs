//! The limit for `ArrayBuffer`s, which V8's heap limit doesn't count.

use crate::v8;
use std::{
    alloc::{Layout, alloc, alloc_zeroed, dealloc},
    ffi::c_void,
    ptr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

/// How many bytes the buffers of one isolate use, and may use.
pub(crate) struct Budget {
    limit: usize,
    used: AtomicUsize,
}

impl Budget {
    pub(crate) fn new(limit: Option<usize>) -> Arc<Self> {
        Arc::new(Self { limit: limit.unwrap_or(usize::MAX), used: AtomicUsize::new(0) })
    }

    pub(crate) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    fn take(&self, len: usize) -> bool {
        self.used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
                used.checked_add(len).filter(|total| *total <= self.limit)
            })
            .is_ok()
    }

    fn give_back(&self, len: usize) {
        self.used.fetch_sub(len, Ordering::Relaxed);
    }
}

fn layout(len: usize) -> Option<Layout> {
    // V8 wants buffers aligned for any typed array.
    Layout::from_size_align(len.max(1), 16).ok()
}

fn obtain(budget: &Budget, len: usize, how: unsafe fn(Layout) -> *mut u8) -> *mut c_void {
    let Some(layout) = layout(len).filter(|_| budget.take(len)) else { return ptr::null_mut() };
    // SAFETY: the layout's size is at least one byte.
    let memory = unsafe { how(layout) };
    if memory.is_null() {
        budget.give_back(len);
    }
    memory.cast()
}

unsafe extern "C" fn allocate(budget: &Budget, len: usize) -> *mut c_void {
    obtain(budget, len, alloc_zeroed)
}

unsafe extern "C" fn allocate_uninitialized(budget: &Budget, len: usize) -> *mut c_void {
    obtain(budget, len, alloc)
}

unsafe extern "C" fn free(budget: &Budget, memory: *mut c_void, len: usize) {
    if let Some(layout) = layout(len).filter(|_| !memory.is_null()) {
        budget.give_back(len);
        // SAFETY: V8 frees what `obtain` gave it, with the same length.
        unsafe { dealloc(memory.cast(), layout) };
    }
}

unsafe extern "C" fn drop_budget(budget: *const Budget) {
    // SAFETY: V8 drops the allocator once, with the pointer that `allocator` made of an `Arc`.
    drop(unsafe { Arc::from_raw(budget) });
}

static VTABLE: v8::RustAllocatorVtable<Budget> =
    v8::RustAllocatorVtable { allocate, allocate_uninitialized, free, drop: drop_budget };

/// An allocator that keeps to the budget: V8 turns a refusal into a `RangeError`.
pub(crate) fn allocator(budget: &Arc<Budget>) -> v8::UniqueRef<v8::Allocator> {
    // SAFETY: the pointer comes from an `Arc` whose count the allocator now owns, and the functions fit the type.
    unsafe { v8::new_rust_allocator(Arc::into_raw(budget.clone()), &VTABLE) }
}
