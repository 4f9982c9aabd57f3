// The same page with the React before: the build puts version 18 in the place of 19.
import "./react.jsx";
