// How near a point lies to each label, as shares that sum to 1: the formula of Vocabulary.nearness, needed here while
// something is dragged. A test holds the two against each other.
// point: [valence, arousal, dominance]; labels: [{name, mean: [3], spread: [3]}].
function nearness(point, labels) {
  const heights = labels.map(
    label => -label.mean.reduce((sum, mean, axis) => sum + ((point[axis] - mean) / label.spread[axis]) ** 2, 0),
  );
  const quiet = labels.findIndex(label => label.name === 'neutral');
  let rest = 1;
  if (quiet >= 0 && labels.length > 1) {
    rest = 1 - Math.exp(heights[quiet]);
    heights[quiet] = -Infinity;
  }
  const highest = Math.max(...heights);
  const weights = heights.map(height => Math.exp(height - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map(weight => (weight * rest) / total);
  if (quiet >= 0) shares[quiet] = 1 - Math.min(1, shares.reduce((sum, share) => sum + share, 0));
  return shares;
}
