namespace TaskArithmetic.Evaluation.Metrics;

/// <summary>How the items of one metric become one number.</summary>
internal enum Aggregation
{
    Mean,
    Median,
    NanMean,
    Perplexity,
    WeightedPerplexity,
    BitsPerByte,
    BrierScore,
    F1,
    Mcc,
}
