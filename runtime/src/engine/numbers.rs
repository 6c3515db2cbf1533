//! Conversions of numbers, and of bytes.

use super::{
    convert::{FromJs, IntoJs, Mismatch, mismatch},
    error::RunError,
    lock::Lock,
};
use crate::v8;
use std::borrow::Cow;

impl<'s> FromJs<'s> for f64 {
    fn expected() -> Cow<'static, str> {
        "a number".into()
    }

    #[inline]
    fn from_js(value: v8::Local<'s, v8::Value>, lock: &mut Lock<'s>) -> Result<Self, Mismatch> {
        match v8::Local::<v8::Number>::try_from(value) {
            Ok(number) => Ok(number.value()),
            Err(_) => Err(mismatch::<Self>(value, lock)),
        }
    }
}

impl<'s> IntoJs<'s> for f64 {
    #[inline]
    fn into_js(self, lock: &mut Lock<'s>) -> Result<v8::Local<'s, v8::Value>, RunError> {
        Ok(v8::Number::new(lock, self).into())
    }
}

impl<'s> FromJs<'s> for f32 {
    fn expected() -> Cow<'static, str> {
        "a number".into()
    }

    #[allow(clippy::cast_possible_truncation, reason = "what `Math.fround` does")]
    fn from_js(value: v8::Local<'s, v8::Value>, lock: &mut Lock<'s>) -> Result<Self, Mismatch> {
        f64::from_js(value, lock).map(|number| number as Self)
    }
}

impl<'s> IntoJs<'s> for f32 {
    fn into_js(self, lock: &mut Lock<'s>) -> Result<v8::Local<'s, v8::Value>, RunError> {
        f64::from(self).into_js(lock)
    }
}

/// The largest whole number up to which a JS number holds all exactly.
const MAX_SAFE: f64 = 9_007_199_254_740_991.0;

/// A whole number, from a number or (for wide types) a bigint.
fn whole<'s>(value: v8::Local<'s, v8::Value>, wide: bool) -> Option<i128> {
    if let Ok(number) = v8::Local::<v8::Number>::try_from(value) {
        let number = number.value();
        #[allow(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
        return (number.fract() == 0.0 && number.abs() <= MAX_SAFE).then_some(number as i128);
    }
    let bigint = v8::Local::<v8::BigInt>::try_from(value).ok().filter(|_| wide)?;
    let (signed, exact) = bigint.i64_value();
    if exact {
        return Some(signed.into());
    }
    let (unsigned, exact) = bigint.u64_value();
    exact.then(|| unsigned.into())
}

macro_rules! integers {
    ($($type:ty, $wide:literal;)*) => { $(
        impl<'s> FromJs<'s> for $type {
            fn expected() -> Cow<'static, str> {
                format!("a whole number from {} to {}", <$type>::MIN, <$type>::MAX).into()
            }

            fn from_js(value: v8::Local<'s, v8::Value>, lock: &mut Lock<'s>) -> Result<Self, Mismatch> {
                whole(value, $wide).and_then(|whole| whole.try_into().ok()).ok_or_else(|| Mismatch {
                    out_of_range: value.is_number() || ($wide && value.is_big_int()),
                    ..mismatch::<Self>(value, lock)
                })
            }
        }

        impl<'s> IntoJs<'s> for $type {
            #[allow(
                clippy::cast_lossless,
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                reason = "one body for all widths; what would lose is refused"
            )]
            fn into_js(self, lock: &mut Lock<'s>) -> Result<v8::Local<'s, v8::Value>, RunError> {
                let number = self as f64;
                if number.abs() > MAX_SAFE {
                    return Err(RunError::Refused("the integer is larger than a JS number can hold exactly"));
                }
                number.into_js(lock)
            }
        }
    )* };
}

integers! {
    i8, false; i16, false; i32, false; u16, false; u32, false;
    i64, true; u64, true; isize, true; usize, true;
}

impl<'s> FromJs<'s> for u8 {
    fn expected() -> Cow<'static, str> {
        "a whole number from 0 to 255".into()
    }

    fn from_js(value: v8::Local<'s, v8::Value>, lock: &mut Lock<'s>) -> Result<Self, Mismatch> {
        whole(value, false)
            .and_then(|whole| whole.try_into().ok())
            .ok_or_else(|| Mismatch { out_of_range: value.is_number(), ..mismatch::<Self>(value, lock) })
    }

    fn expected_many() -> Cow<'static, str> {
        "bytes (a typed array, a DataView or an ArrayBuffer)".into()
    }

    fn many_from_js(value: v8::Local<'s, v8::Value>, lock: &mut Lock<'s>) -> Result<Vec<Self>, Mismatch> {
        if let Ok(view) = v8::Local::<v8::ArrayBufferView>::try_from(value) {
            let mut bytes = vec![0; view.byte_length()];
            let copied = view.copy_contents(&mut bytes);
            bytes.truncate(copied);
            return Ok(bytes);
        }
        if let Ok(buffer) = v8::Local::<v8::ArrayBuffer>::try_from(value) {
            // The store may be shared with other threads only for a `SharedArrayBuffer`, which this is not.
            return Ok(buffer.get_backing_store().iter().map(std::cell::Cell::get).collect());
        }
        Err(Mismatch { expected: Self::expected_many(), found: lock.describe(value).into(), out_of_range: false })
    }
}

impl<'s> IntoJs<'s> for u8 {
    fn into_js(self, lock: &mut Lock<'s>) -> Result<v8::Local<'s, v8::Value>, RunError> {
        f64::from(self).into_js(lock)
    }

    fn many_into_js(values: Vec<Self>, lock: &mut Lock<'s>) -> Result<v8::Local<'s, v8::Value>, RunError> {
        let len = values.len();
        // The store is made here: V8's own allocation would end the process where a buffer limit refuses it.
        let store = v8::ArrayBuffer::new_backing_store_from_vec(values).make_shared();
        let buffer = v8::ArrayBuffer::with_backing_store(lock, &store);
        let array = v8::Uint8Array::new(lock, buffer, 0, len);
        Ok(array.ok_or(RunError::Refused("the bytes are more than V8 can hold"))?.into())
    }
}
