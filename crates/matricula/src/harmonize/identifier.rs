//! Identifiers that a program took for floating-point numbers and wrote as such.

/// Whether a text is a floating-point number as programs write them: `12345678.0`, `1.2345678E+07`, `1e+16`.
///
/// Such a text is no identifier any more: digits may be gone, and the same pupil is another text elsewhere.
/// What might be an identifier is let through: `12.345.678-9`, `1234.1`, `12E5`.
pub(super) fn looks_like_floating_point(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (whole, rest) = text.split_at(digits);
    match (whole, rest) {
        ([], _) | (_, []) => false,
        // One digit before the exponent, and its sign where there is no fraction.
        ([_], [b'e' | b'E', b'+', exponent @ ..]) => are_digits(exponent),
        (_, [b'.' | b',', rest @ ..]) => {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (fraction, rest) = rest.split_at(digits);
            match rest {
                [] => !fraction.is_empty() && fraction.iter().all(|byte| *byte == b'0'),
                [b'e' | b'E', b'+' | b'-', exponent @ ..] | [b'e' | b'E', exponent @ ..] => {
                    whole.len() == 1 && !fraction.is_empty() && are_digits(exponent)
                }
                _ => false,
            }
        }
        _ => false,
    }
}

fn are_digits(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_write_for_floating_point_numbers() {
        let written = ["12345678.0", "5.00", "0.0", "1.2345678E+07", "1,2345678E+07", "1.2345678E7", "1e+16", "1.5e-3"];
        for text in written {
            assert!(looks_like_floating_point(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_may_be_an_identifier() {
        let identifiers = [
            "",
            "12345678",
            "00123",
            "12.345.678-9",
            "12.345",
            "1234.1",
            "12E5",
            "1E5",
            "12E+05",
            "1.0.0",
            "1.",
            ".0",
            "E+05",
            "1E+",
            "1.5E",
            "1.5E+",
            "12345678-0",
            "A1.0",
            "1.0A",
            "1.2E+0A",
            "10.20",
        ];
        for text in identifiers {
            assert!(!looks_like_floating_point(text.as_bytes()), "{text}");
        }
    }
}
