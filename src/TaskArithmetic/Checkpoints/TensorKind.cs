namespace TaskArithmetic.Checkpoints;

/// <summary>What a weight of a decoder does, as its name tells.</summary>
internal enum TensorKind
{
    /// <summary>Token and position embeddings.</summary>
    Embedding,

    /// <summary>Query projection.</summary>
    Q,

    /// <summary>Key projection.</summary>
    K,

    /// <summary>Value projection.</summary>
    V,

    /// <summary>Query, key and value in one matrix.</summary>
    QKV,

    /// <summary>Output projection of attention.</summary>
    O,

    /// <summary>Gate of the feed-forward network.</summary>
    Gate,

    /// <summary>Upward projection.</summary>
    Up,

    /// <summary>Downward projection.</summary>
    Down,

    /// <summary>Norms.</summary>
    Norm,

    /// <summary>All else.</summary>
    Other,

    /// <summary>Output head.</summary>
    Head,
}
