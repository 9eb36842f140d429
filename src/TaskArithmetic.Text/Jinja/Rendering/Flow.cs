namespace TaskArithmetic.Text.Jinja.Rendering;

/// <summary>How a statement ended.</summary>
internal enum Flow
{
    Normal,
    Break,
    Continue,
}
