namespace TaskArithmetic.Evaluation.Execution;

/// <summary>A Python on this machine.</summary>
/// <param name="Path">The executable, links resolved.</param>
/// <param name="Prefix">The folder its standard library lies below (<c>sys.base_prefix</c>).</param>
internal sealed record PythonInterpreter(string Path, string Prefix);
