#[cfg(unix)]
impl<T: Row, const N: usize> Store<T> for db::Pool<T, N>
where
    T: From<Self::Key>,
{
    type Key = u8;
    #[deprecated]
    fn get<K, const M: usize>(
        &self,
        key: Self::Key,
        more: &[K; M],
        f: impl Fn(T) + Portable,
    ) -> Option<T>
    where
        K: Into<Self::Key> + Portable,
    {
        None
    }
}
#[cfg(unix)]
#[allow(
    dead_code,
    deprecated,
    private_bounds,
    private_interfaces,
    clippy::too_many_arguments
)]
impl<T: Row, const N: usize> db::handles::PoolRef<T, N>
where
    T: From<<db::Pool<T, N> as Store<T>>::Key> + 'static,
{
    /// Runs `Pool::get` as a turn of its owner, from any thread, and resolves to what it returns.
    ///
    /// # Errors
    ///
    /// `RunError` when the value is gone or borrowed, when the turn was refused or ended, or when the method panicked.
    #[deprecated]
    #[track_caller]
    pub fn get<K, const M: usize, ImplF: Fn(T) + Portable>(
        &self,
        key: <db::Pool<T, N> as Store<T>>::Key,
        more: [K; M],
        f: ImplF,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<Option<T>, ::renamed::RunError>,
    > + ::core::marker::Send + use<T, N, K, M, ImplF>
    where
        K: Into<<db::Pool<T, N> as Store<T>>::Key> + Portable,
    {
        ::renamed::__private::affine::run(
            ::core::ops::Deref::deref(self),
            (::core::clone::Clone::clone(::core::ops::Deref::deref(self)), key, more, f),
            |lock, (this, key, more, f)| ::renamed::__private::affine::turn_with(
                &this,
                lock,
                "Pool::get",
                |value, _lock| <db::Pool<
                    T,
                    N,
                > as Store<T>>::get::<K, M>(value, key, &more, f),
            ),
        )
    }
}
