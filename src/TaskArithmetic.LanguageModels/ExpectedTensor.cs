namespace TaskArithmetic.LanguageModels;

/// <summary>A tensor that a configuration asks a checkpoint for.</summary>
/// <param name="Name">Its name in the checkpoint.</param>
/// <param name="Shape">Its shape, outermost axis first.</param>
internal sealed record ExpectedTensor(string Name, params ulong[] Shape);
