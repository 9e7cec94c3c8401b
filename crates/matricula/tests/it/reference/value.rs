//! Numbers: floating-point divisions as `docs/estimates.md` orders them, rounded to six decimals, halves to even.

/// A value in floating point, and exactly as a fraction where that is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value {
    pub(crate) number: f64,
    pub(crate) exact: Option<(i128, i128)>,
}

impl Value {
    /// A number that no single division gives.
    pub(crate) fn of(number: f64) -> Self {
        Self { number, exact: None }
    }

    /// `scale x above / below`, in one division; nothing where `below` is 0.
    #[expect(clippy::cast_precision_loss, reason = "the nearest floating-point number is what is wanted")]
    pub(crate) fn quotient(scale: u32, above: i128, below: i128) -> Option<Self> {
        let scaled = above * i128::from(scale);
        (below != 0).then(|| Self { number: scaled as f64 / below as f64, exact: Some((scaled, below)) })
    }

    /// One value over another.
    pub(crate) fn over(self, other: Self) -> Self {
        let exact = self.exact.zip(other.exact);
        let exact = exact.and_then(|((a, b), (c, d))| a.checked_mul(d).zip(b.checked_mul(c)));
        Self { number: self.number / other.number, exact }
    }

    /// Millionths, and a proof that floating-point rounding moved it by no more than one of them.
    pub(crate) fn rounded(self) -> i128 {
        let rounded = rounded(self.number);
        let millionths = self.exact.and_then(|(above, below)| Some((above.checked_mul(1_000_000)?, below)));
        if let Some((above, below)) = millionths {
            let exact = nearest(above, below);
            assert!((exact - rounded).abs() <= 1, "{above}/{below} millionths became {rounded}");
        }
        rounded
    }
}

/// Millionths of a floating-point number, rounded once, halves to even; by whole-number arithmetic on its bits.
pub(crate) fn rounded(value: f64) -> i128 {
    let bits = value.to_bits();
    let exponent = i32::try_from((bits >> 52) & 0x7ff).expect("eleven bits");
    let fraction = i128::from(bits & ((1 << 52) - 1));
    let (mantissa, exponent) = if exponent == 0 { (fraction, -1074) } else { (fraction | (1 << 52), exponent - 1075) };
    let scaled = mantissa * 1_000_000;
    let magnitude = match u32::try_from(-exponent) {
        Err(_) => scaled << exponent,
        Ok(shift) if shift > 100 => 0,
        Ok(shift) => divided(scaled, 1 << shift),
    };
    if value.is_sign_negative() { -magnitude } else { magnitude }
}

/// The nearest whole number to a quotient, halves to even.
pub(crate) fn nearest(above: i128, below: i128) -> i128 {
    divided(above.abs(), below.abs()) * (above.signum() * below.signum())
}

/// The same for numbers that are not negative.
fn divided(above: i128, below: i128) -> i128 {
    let (whole, rest) = (above / below, above % below);
    let up = rest * 2 > below || (rest * 2 == below && whole % 2 == 1);
    whole + i128::from(up)
}
