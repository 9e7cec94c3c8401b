//! Which crossings of breakdowns an indicator is computed for.

use matricula_spec::Batch;
use matricula_spec::model::dimension::DimensionId;
use matricula_spec::model::indicator::Indicator;

/// Every set of at most `crossed` dimensions that the batch asks for and the indicator permits;
/// no set of `never_cross` lies inside one. The empty set, the total, comes first.
pub(crate) fn crossings(batch: &Batch, indicator: &Indicator) -> Vec<Vec<DimensionId>> {
    let permitted: Vec<_> = batch.breakdowns.iter().copied().filter(|d| indicator.breakdowns.contains(d)).collect();
    let mut crossings = vec![Vec::new()];
    let mut widest = 0..1;
    for _ in 0..batch.crossed {
        let start = crossings.len();
        for position in widest {
            let crossing: Vec<DimensionId> = crossings[position].clone();
            let further = permitted.iter().filter(|d| crossing.last().is_none_or(|last| last < d));
            let wider = further.map(|d| crossing.iter().copied().chain([*d]).collect::<Vec<_>>());
            let allowed: Vec<_> = wider.filter(|crossing| may_cross(indicator, crossing)).collect();
            crossings.extend(allowed);
        }
        widest = start..crossings.len();
    }
    crossings
}

fn may_cross(indicator: &Indicator, crossing: &[DimensionId]) -> bool {
    !indicator.never_cross.iter().any(|never| never.iter().all(|d| crossing.contains(d)))
}
