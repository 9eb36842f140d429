namespace TaskArithmetic.Text.Python;

/// <summary>What a view of a dictionary shows.</summary>
internal enum DictionaryPart
{
    Keys,
    Values,
    Items,
}
