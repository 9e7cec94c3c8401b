//! S028: the largest crossing of an indicator fits the cell budget.

use crate::lower::BatchPlaces;
use crate::model::batch::Batch;
use crate::model::catalogue::Catalogue;
use crate::model::dimension::{CodeId, DimensionId};
use crate::model::indicator::Indicator;
use crate::problem::{Place, Problem, ProblemCode, Problems};

pub(super) fn check(catalogue: &Catalogue, batch: &Batch, places: &BatchPlaces, problems: &mut Problems) {
    if batch.cell_budget == 0 {
        let place = Place { field: Some("cell_budget".to_owned()), ..places.cell_budget.clone() };
        let problem = Problem::error(ProblemCode::BatchValueInvalid, place, "A cell budget is at least 1.", "0");
        problems.push(problem.help("Leave it out for 5,000,000."));
        return;
    }
    let mut too_large: Vec<(Crossing, &Indicator)> = Vec::new();
    for position in &batch.indicators {
        let indicator = &catalogue.indicators[*position];
        let permitted: Vec<_> = batch.breakdowns.iter().filter(|d| indicator.breakdowns.contains(d)).copied().collect();
        let largest = largest(catalogue, indicator, &permitted, batch.crossed, &mut Vec::new());
        if largest.0 > batch.cell_budget {
            too_large.push((largest, indicator));
        }
    }
    // One budget is exceeded, by however many indicators: the worst stands for all.
    let others = too_large.len().saturating_sub(1);
    let worst = too_large.into_iter().rev().max_by_key(|((cells, _), _)| *cells);
    if let Some((crossing, indicator)) = worst {
        problems.push(over(catalogue, batch, &places.crossed, (indicator, crossing, others)));
    }
}

type Crossing = (u64, Vec<DimensionId>);

/// The permitted crossing with most cells, by trying each dimension in and out.
fn largest(
    catalogue: &Catalogue,
    indicator: &Indicator,
    permitted: &[DimensionId],
    crossed: usize,
    chosen: &mut Vec<DimensionId>,
) -> Crossing {
    let cells = |d: &DimensionId| catalogue.dimension(*d).codes.leaves(CodeId::TOTAL).len() as u64;
    let mut best = (chosen.iter().map(cells).fold(1, u64::saturating_mul), chosen.clone());
    if chosen.len() == crossed {
        return best;
    }
    for (position, dimension) in permitted.iter().enumerate() {
        chosen.push(*dimension);
        let never = indicator.never_cross.iter().any(|set| set.iter().all(|d| chosen.contains(d)));
        if !never {
            let wider = largest(catalogue, indicator, &permitted[position + 1..], crossed, chosen);
            if wider.0 > best.0 {
                best = wider;
            }
        }
        chosen.pop();
    }
    best
}

/// The worst crossing with its indicator, and how many other indicators have one that is too large.
type Worst<'a> = (&'a Indicator, Crossing, usize);

fn over(catalogue: &Catalogue, batch: &Batch, crossed: &Place, (indicator, worst, others): Worst<'_>) -> Problem {
    let names: Vec<&str> = worst.1.iter().map(|d| catalogue.dimension(*d).id.as_str()).collect();
    let place = Place { field: Some("crossed".to_owned()), ..crossed.clone() };
    let expected = format!("A crossing has at most {} cells (`cell_budget`).", batch.cell_budget);
    let mut found = format!("{} cells for {} by {}", worst.0, indicator.id, names.join(" x "));
    if others > 0 {
        found.push_str(&format!(", and too many for {others} further indicators"));
    }
    Problem::error(ProblemCode::CrossingOverBudget, place, expected, found)
        .help("Cross fewer dimensions, leave out the one with most codes, or raise `cell_budget`.")
}
