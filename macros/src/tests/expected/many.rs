fn many(
    c0: u8,
    c1: u8,
    c2: u8,
    c3: u8,
    c4: u8,
    c5: u8,
    c6: u8,
    a0: u8,
    a1: u8,
    a2: u8,
    a3: u8,
    a4: u8,
    a5: u8,
) {}
/// The binding of the function [`many`](fn@many): its fields are what the function captures, and JavaScript calls it as `many`.
#[allow(
    dead_code,
    deprecated,
    non_camel_case_types,
    non_snake_case,
    private_interfaces,
    clippy::exhaustive_structs
)]
struct many {
    /// What `many` captures as `c0`.
    c0: u8,
    /// What `many` captures as `c1`.
    c1: u8,
    /// What `many` captures as `c2`.
    c2: u8,
    /// What `many` captures as `c3`.
    c3: u8,
    /// What `many` captures as `c4`.
    c4: u8,
    /// What `many` captures as `c5`.
    c5: u8,
    /// What `many` captures as `c6`.
    c6: u8,
}
#[automatically_derived]
#[allow(dead_code, deprecated)]
impl ::isolock::__private::HostFunction for many {
    const NAME: &'static str = "many";
    const LENGTH: i32 = 6;
    fn call<'s>(
        &self,
        lock: &mut ::isolock::Lock<'s>,
        args: &::isolock::__private::Arguments<'s>,
    ) -> ::isolock::__private::Outcome<'s> {
        let a0 = args.get::<u8>(lock, 0, "a0")?;
        let a1 = args.get::<u8>(lock, 1, "a1")?;
        let a2 = args.get::<u8>(lock, 2, "a2")?;
        let a3 = args.get::<u8>(lock, 3, "a3")?;
        let a4 = args.get::<u8>(lock, 4, "a4")?;
        let a5 = args.get::<u8>(lock, 5, "a5")?;
        ::isolock::__private::IntoOutcome::into_outcome(
            many(
                ::core::clone::Clone::clone(&self.c0),
                ::core::clone::Clone::clone(&self.c1),
                ::core::clone::Clone::clone(&self.c2),
                ::core::clone::Clone::clone(&self.c3),
                ::core::clone::Clone::clone(&self.c4),
                ::core::clone::Clone::clone(&self.c5),
                ::core::clone::Clone::clone(&self.c6),
                a0,
                a1,
                a2,
                a3,
                a4,
                a5,
            ),
            lock,
        )
    }
}
#[allow(dead_code, deprecated, private_interfaces, clippy::too_many_arguments)]
impl many {
    /// Runs `many` as a turn of `ctx`, from any thread, and resolves to what it returns.
    /// Inside a turn, call the function itself: one already holds the lock.
    ///
    /// # Errors
    ///
    /// `RunError` when the context is gone, when the turn was refused or ended from outside, or when the function panicked.
    #[track_caller]
    fn run(
        self,
        ctx: &::isolock::IoContext,
        a0: u8,
        a1: u8,
        a2: u8,
        a3: u8,
        a4: u8,
        a5: u8,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<(), ::isolock::RunError>,
    > + ::core::marker::Send + use<> {
        let Self { c0, c1, c2, c3, c4, c5, c6 } = self;
        ::isolock::IoContext::run(
            ctx,
            ((c0, c1, c2, c3, c4, c5, c6), (a0, a1, a2, a3, a4, a5)),
            |_lock, ((c0, c1, c2, c3, c4, c5, c6), (a0, a1, a2, a3, a4, a5))| many(
                c0,
                c1,
                c2,
                c3,
                c4,
                c5,
                c6,
                a0,
                a1,
                a2,
                a3,
                a4,
                a5,
            ),
        )
    }
}
#[allow(deprecated)]
const _: fn() = || {
    ::isolock::__private::assert_capture::<u8>();
    ::isolock::__private::assert_capture::<u8>();
    ::isolock::__private::assert_capture::<u8>();
    ::isolock::__private::assert_capture::<u8>();
    ::isolock::__private::assert_capture::<u8>();
    ::isolock::__private::assert_capture::<u8>();
    ::isolock::__private::assert_capture::<u8>();
};
