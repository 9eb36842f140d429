using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja;

/// <summary>A filter or a global function given by the program; a filter finds the filtered value as the first positional argument.</summary>
/// <param name="arguments">The arguments of this call.</param>
/// <returns>The result.</returns>
internal delegate PythonValue JinjaFunction(JinjaArguments arguments);
