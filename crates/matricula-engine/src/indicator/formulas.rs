//! The arithmetic of the catalogue as plain functions of floating-point numbers.
//!
//! The engine computes every figure with them; they are public so that a published rate can be checked
//! against another without records. None of them rounds.

/// `scale * numerator / denominator`; nothing where the denominator is 0.
#[must_use]
pub fn rate(scale: f64, numerator: f64, denominator: f64) -> Option<f64> {
    (denominator != 0.0).then(|| scale * numerator / denominator)
}

/// What is left of `scale`: 100 minus a net rate is a rate out of school, 100 minus survival a cumulative dropout.
#[must_use]
pub fn complement(scale: f64, value: f64) -> f64 {
    scale - value
}

/// The plain parity index: group over comparison group; nothing where the comparison group has 0 or less.
#[must_use]
pub fn parity(group: f64, comparison: f64) -> Option<f64> {
    (comparison > 0.0).then(|| group / comparison)
}

/// The adjusted parity index: x up to 1, otherwise 2 - 1/x, symmetric around 1.
/// Source: UIS, SDG 4 indicator metadata, indicator 4.5.1.
#[must_use]
pub fn adjusted(index: f64) -> f64 {
    if index > 1.0 { 2.0 - 1.0 / index } else { index }
}

/// The factor that brings the largest of some values down to `most`; 1 where none is above it.
/// Values of girls, boys and the total are all multiplied by it, so that their parity does not move.
#[must_use]
pub fn cap_factor(most: f64, values: &[f64]) -> f64 {
    let largest = values.iter().copied().fold(most, f64::max);
    most / largest
}

/// Rates of promotion and repetition of one grade.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GradeRates {
    /// Part of the pupils who enter the next grade a year later, or graduate.
    pub promotion: f64,
    /// Part of the pupils who are in the same grade a year later.
    pub repetition: f64,
}

impl GradeRates {
    /// 1 minus promotion minus repetition; below 0 in an open cohort.
    #[must_use]
    pub fn dropout(self) -> f64 {
        1.0 - self.promotion - self.repetition
    }

    /// Both rates times a factor.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self { promotion: self.promotion * factor, repetition: self.repetition * factor }
    }
}

/// How often a pupil may repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeats {
    /// As often as it takes.
    Unlimited,
    /// At most so many times in all.
    PerCycle(u32),
    /// At most so many times in each grade.
    PerGrade(u32),
}

/// What became of a cohort of 1 that enters the first of some grades.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CohortOutcome {
    /// The part that is promoted out of the last of the grades.
    pub leavers: f64,
    /// Years spent in all of them.
    pub pupil_years: f64,
}

/// Follows a cohort of 1 through grades; nothing where everybody repeats for ever.
///
/// The reconstructed cohort method of the UIS: UNESCO UIS, Education Indicators: Technical Guidelines, survival rate.
#[must_use]
pub fn cohort(grades: &[GradeRates], repeats: Repeats) -> Option<CohortOutcome> {
    match repeats {
        Repeats::Unlimited => unlimited(grades),
        Repeats::PerGrade(most) => Some(per_grade(grades, most)),
        Repeats::PerCycle(most) => Some(per_cycle(grades, most)),
    }
}

fn unlimited(grades: &[GradeRates]) -> Option<CohortOutcome> {
    let mut outcome = CohortOutcome { leavers: 1.0, pupil_years: 0.0 };
    for grade in grades {
        let stay = 1.0 - grade.repetition;
        if stay <= 0.0 {
            return None;
        }
        outcome.pupil_years += outcome.leavers / stay;
        outcome.leavers *= grade.promotion / stay;
    }
    Some(outcome)
}

fn per_grade(grades: &[GradeRates], most: u32) -> CohortOutcome {
    let mut outcome = CohortOutcome { leavers: 1.0, pupil_years: 0.0 };
    for grade in grades {
        let mut here = outcome.leavers;
        let mut years = here;
        for _ in 0..most {
            here *= grade.repetition;
            years += here;
        }
        outcome.pupil_years += years;
        outcome.leavers = years * grade.promotion;
    }
    outcome
}

fn per_cycle(grades: &[GradeRates], most: u32) -> CohortOutcome {
    // Position k: those who have repeated k times so far.
    let mut entering = vec![0.0; most as usize + 1];
    entering[0] = 1.0;
    let mut pupil_years = 0.0;
    for grade in grades {
        let mut repeating = 0.0;
        for of_repeats in &mut entering {
            let here = *of_repeats + repeating;
            pupil_years += here;
            repeating = here * grade.repetition;
            *of_repeats = here * grade.promotion;
        }
    }
    CohortOutcome { leavers: entering.iter().sum(), pupil_years }
}

/// School life expectancy in years: the sum of `(pupils, population)` by single age,
/// plus pupils of unknown age over the population of school age, times the duration.
/// Nothing where a population is 0 and its pupils are not.
/// Source: UNESCO UIS, Education Indicators: Technical Guidelines, school life expectancy.
#[must_use]
pub fn life_expectancy(ages: &[(f64, f64)], unknown: f64, school_age: f64, duration: f64) -> Option<f64> {
    let mut years = 0.0;
    for (pupils, population) in ages.iter().filter(|(pupils, _)| *pupils != 0.0) {
        years += rate(1.0, *pupils, *population)?;
    }
    let of_unknown_age = if unknown == 0.0 { 0.0 } else { rate(1.0, unknown, school_age)? * duration };
    Some(years + of_unknown_age)
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;

    const PUPILS: [f64; 6] = [1000.0, 900.0, 850.0, 800.0, 780.0, 760.0];
    const REPEATERS: [f64; 6] = [120.0, 80.0, 60.0, 50.0, 40.0, 20.0];

    /// The analytic vectors of the methods reference.
    fn rates(next: [f64; 6]) -> Vec<GradeRates> {
        let rate = |grade: usize| {
            let promoted = if grade == 5 { 700.0 } else { next[grade + 1] - REPEATERS[grade + 1] };
            GradeRates { promotion: promoted / PUPILS[grade], repetition: REPEATERS[grade] / PUPILS[grade] }
        };
        (0..6).map(rate).collect()
    }

    fn check(repeats: Repeats, survival: f64, efficiency: f64, years: f64) {
        let rates = rates([1010.0, 905.0, 835.0, 790.0, 770.0, 755.0]);
        let reached = cohort(&rates[..5], repeats).expect("it ends").leavers;
        let whole = cohort(&rates, repeats).expect("it ends");
        assert_abs_diff_eq!(100.0 * reached, survival, epsilon = 5e-5);
        assert_abs_diff_eq!(600.0 * whole.leavers / whole.pupil_years, efficiency, epsilon = 5e-5);
        assert_abs_diff_eq!(whole.pupil_years / whole.leavers, years, epsilon = 5e-5);
    }

    #[test]
    fn the_analytic_vectors_come_out() {
        check(Repeats::Unlimited, 80.2382, 80.1834, 7.4828);
        // 80.05434586: the methods reference prints 80.0544, rounded twice.
        check(Repeats::PerCycle(3), 80.0543, 80.0755, 7.4929);
        check(Repeats::PerCycle(2), 79.1056, 79.5771, 7.5399);
    }

    #[test]
    fn a_high_limit_is_no_limit() {
        let rates = rates([1010.0, 905.0, 835.0, 790.0, 770.0, 755.0]);
        let unlimited = cohort(&rates, Repeats::Unlimited).expect("it ends");
        for repeats in [Repeats::PerCycle(60), Repeats::PerGrade(60)] {
            let limited = cohort(&rates, repeats).expect("it ends");
            assert_abs_diff_eq!(limited.leavers, unlimited.leavers, epsilon = 1e-12);
            assert_abs_diff_eq!(limited.pupil_years, unlimited.pupil_years, epsilon = 1e-12);
        }
    }

    #[test]
    fn an_open_cohort_has_a_negative_dropout() {
        let rates = rates([1020.0, 930.0, 860.0, 815.0, 790.0, 765.0]);
        assert_abs_diff_eq!(rates[4].dropout(), -0.00641, epsilon = 5e-6);
        let survival = |grades: usize| 100.0 * cohort(&rates[..grades], Repeats::Unlimited).expect("it ends").leavers;
        assert_abs_diff_eq!(survival(5), 91.87, epsilon = 5e-3);
        assert_abs_diff_eq!(survival(4), 91.25, epsilon = 5e-3);
    }

    #[test]
    fn nobody_leaves_a_grade_that_all_repeat() {
        let grade = GradeRates { promotion: 0.0, repetition: 1.0 };
        assert_eq!(cohort(&[grade], Repeats::Unlimited), None);
    }

    #[test]
    fn school_life_expectancy_comes_out() {
        let pupils = [930.0, 980.0, 990.0, 970.0, 950.0, 900.0];
        let population = [1000.0, 1010.0, 1020.0, 1015.0, 1000.0, 990.0];
        let ages: Vec<_> = pupils.into_iter().zip(population).collect();
        let of = |unknown| life_expectancy(&ages, unknown, 6035.0, 6.0).expect("a population at every age");
        assert_abs_diff_eq!(of(0.0), 5.685_641, epsilon = 5e-7);
        assert_abs_diff_eq!(of(60.0), 5.745_293, epsilon = 5e-7);
        assert_eq!(life_expectancy(&[(1.0, 0.0)], 0.0, 1.0, 1.0), None);
    }

    #[test]
    fn a_cap_keeps_parity() {
        let factor = cap_factor(100.0, &[101.0, 104.0]);
        assert_abs_diff_eq!(factor, 0.961_538, epsilon = 5e-7);
        assert_abs_diff_eq!(101.0 * factor, 97.1154, epsilon = 5e-5);
        let index = parity(101.0 * factor, 104.0 * factor).expect("boys");
        assert_abs_diff_eq!(index, 0.971_154, epsilon = 5e-7);
        assert_abs_diff_eq!(cap_factor(100.0, &[99.0, 98.0]), 1.0);
    }

    #[test]
    fn adjusted_parity_is_symmetric() {
        assert_abs_diff_eq!(adjusted(1.25), 1.2);
        assert_abs_diff_eq!(adjusted(0.8), 0.8);
    }
}
