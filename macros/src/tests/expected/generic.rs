pub fn convert<T: Into<U> + Portable, U, const N: usize>(
    values: &[T; N],
    _into: PhantomData<U>,
    index: f64,
) -> U
where
    U: for<'s> IntoJs<'s> + Portable,
    String: Clone,
{
    values[index as usize].into()
}
/// The binding of the function [`convert`](fn@convert): its fields are what the function captures, and JavaScript calls it as `convert`.
#[allow(
    dead_code,
    deprecated,
    non_camel_case_types,
    non_snake_case,
    private_interfaces,
    clippy::exhaustive_structs
)]
pub struct convert<T, U, const N: usize> {
    /// What `convert` captures as `values`.
    pub values: [T; N],
    /// What `convert` captures as `_into`.
    pub _into: PhantomData<U>,
}
#[automatically_derived]
#[allow(dead_code, deprecated)]
impl<T: Into<U> + Portable, U, const N: usize> ::isolock::__private::HostFunction
for convert<T, U, N>
where
    U: for<'s> IntoJs<'s> + Portable,
    [T; N]: ::isolock::Portable,
    PhantomData<U>: ::isolock::Portable + ::core::clone::Clone,
{
    const NAME: &'static str = "convert";
    const LENGTH: i32 = 1;
    fn call<'s>(
        &self,
        lock: &mut ::isolock::Lock<'s>,
        args: &::isolock::__private::Arguments<'s>,
    ) -> ::isolock::__private::Outcome<'s> {
        let index = args.get::<f64>(lock, 0, "index")?;
        ::isolock::__private::IntoOutcome::into_outcome(
            convert::<
                T,
                U,
                N,
            >(&self.values, ::core::clone::Clone::clone(&self._into), index),
            lock,
        )
    }
}
#[allow(dead_code, deprecated, private_interfaces, clippy::too_many_arguments)]
impl<T: Into<U> + Portable, U, const N: usize> convert<T, U, N>
where
    U: for<'s> IntoJs<'s> + Portable,
    [T; N]: ::isolock::Portable,
    PhantomData<U>: ::isolock::Portable + ::core::clone::Clone,
{
    /// Runs `convert` as a turn of `ctx`, from any thread, and resolves to what it returns.
    /// Inside a turn, call the function itself: one already holds the lock.
    ///
    /// # Errors
    ///
    /// `RunError` when the context is gone, when the turn was refused or ended from outside, or when the function panicked.
    #[track_caller]
    pub fn run(
        self,
        ctx: &::isolock::IoContext,
        index: f64,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<U, ::isolock::RunError>,
    > + ::core::marker::Send + use<T, U, N> {
        let Self { values, _into } = self;
        ::isolock::IoContext::run(
            ctx,
            (values, _into, index),
            |_lock, (values, _into, index)| convert::<T, U, N>(&values, _into, index),
        )
    }
}
#[allow(dead_code, clippy::multiple_bound_locations, deprecated)]
const _: () = {
    fn captures<T: Into<U> + Portable, U, const N: usize>()
    where
        U: for<'s> IntoJs<'s> + Portable,
    {
        ::isolock::__private::assert_capture_ref::<[T; N]>();
        ::isolock::__private::assert_capture::<PhantomData<U>>();
    }
};
