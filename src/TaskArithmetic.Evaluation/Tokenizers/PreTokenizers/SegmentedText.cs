namespace TaskArithmetic.Evaluation.Tokenizers.PreTokenizers;

/// <summary>A text and the segments it is cut into, in order; what lies in no segment is dropped.</summary>
internal sealed record SegmentedText(string Text, IReadOnlyList<TextSegment> Segments)
{
    public ReadOnlySpan<char> this[TextSegment segment] => Text.AsSpan(segment.Start, segment.Length);
}
