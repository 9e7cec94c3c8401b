//! Numbers: floating-point divisions as `docs/estimates.md` orders them, rounded to six decimals, halves to even.

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

/// Nearest whole number to a quotient of numbers that are not negative, halves to even.
pub(crate) fn divided(above: i128, below: i128) -> i128 {
    let (whole, rest) = (above / below, above % below);
    let up = rest * 2 > below || (rest * 2 == below && whole % 2 == 1);
    whole + i128::from(up)
}

/// `scale x above / below`, in one division.
#[expect(clippy::cast_precision_loss, reason = "the nearest floating-point number is what is wanted")]
pub(crate) fn quotient(scale: u32, above: i128, below: i128) -> f64 {
    (above * i128::from(scale)) as f64 / below as f64
}

/// A value, and a proof that floating-point rounding moved it by no more than one millionth.
pub(crate) fn checked(value: f64, exact: Option<(i128, i128)>) -> i128 {
    let rounded = rounded(value);
    if let Some((above, below)) = exact.and_then(|(above, below)| Some((above.checked_mul(1_000_000)?, below))) {
        let exact = divided(above.abs(), below.abs()) * (above.signum() * below.signum());
        assert!((exact - rounded).abs() <= 1, "{above}/{below} millionths became {rounded}");
    }
    rounded
}
