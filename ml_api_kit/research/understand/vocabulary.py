"""Which functions and methods do what, by the last part of their name, and by their library."""

from __future__ import annotations

READS = frozenset(
    {
        "read_csv", "read_excel", "read_table", "read_json", "read_parquet", "read_pickle",
        "read_sql", "read_sql_query", "read_sql_table", "read_html", "read_feather", "read_gbq",
        "read_hdf", "read_sas", "read_stata", "read_fwf", "read_xml", "read_spss", "read_orc",
        "loadtxt", "genfromtxt", "loadmat", "imread", "ZipFile", "get_dataset",
        "load_dataset", "read_file", "from_csv", "urlopen", "urlretrieve", "to_dataframe",
        "load_data", "flow_from_directory", "image_dataset_from_directory", "scan_csv",
    }
)
READ_PREFIXES = ("fetch_", "load_iris", "load_wine", "load_digits", "load_diabetes",
                 "load_breast_cancer", "load_boston", "load_linnerud", "make_blobs",
                 "make_classification", "make_regression", "make_moons", "make_circles",
                 "load_penguins")
RENAMES = frozenset({"rename", "set_axis", "add_prefix", "add_suffix"})
EXPORTS = frozenset(
    {
        "to_csv", "to_excel", "to_parquet", "to_pickle", "to_json", "to_sql", "to_feather",
        "to_hdf", "to_html", "dump", "savefig", "save", "save_model", "save_weights", "savez",
        "savetxt", "to_gbq", "imsave", "write_html", "write_image", "dump_svmlight_file",
        "to_latex", "to_stata",
    }
)
FITS = frozenset({"fit", "fit_generator", "partial_fit", "train", "fit_predict", "fit_resample"})
ASKS = frozenset(
    {"predict", "predict_proba", "predict_classes", "predict_log_proba", "decision_function",
     "score", "evaluate", "forecast", "predict_generator"}
)
TUNES = frozenset(
    {
        "cross_val_score", "cross_validate", "cross_val_predict", "GridSearchCV",
        "RandomizedSearchCV", "BayesSearchCV", "StratifiedKFold", "KFold", "GroupKFold",
        "RepeatedStratifiedKFold", "TimeSeriesSplit", "create_study", "optimize", "fmin",
        "learning_curve", "validation_curve", "compile", "cv", "permutation_importance",
        "feature_importances_", "best_params_", "best_score_",
        "best_estimator_", "RepeatedKFold", "LeaveOneOut", "calibration_curve",
    }
)
METRICS = frozenset(
    {
        "accuracy_score", "confusion_matrix", "classification_report", "f1_score",
        "precision_score", "recall_score", "roc_auc_score", "roc_curve", "auc", "log_loss",
        "mean_squared_error", "mean_absolute_error", "r2_score", "mean_squared_log_error",
        "precision_recall_curve", "cohen_kappa_score", "matthews_corrcoef", "silhouette_score",
        "adjusted_rand_score", "median_absolute_error", "explained_variance_score", "rmse",
        "root_mean_squared_error", "mean_absolute_percentage_error", "balanced_accuracy_score",
        "jaccard_score", "brier_score_loss", "fbeta_score", "average_precision_score",
        "max_error", "top_k_accuracy_score", "zero_one_loss",
    }
)
PREPROCESSING_CLASSES = frozenset(
    {
        "StandardScaler", "MinMaxScaler", "RobustScaler", "MaxAbsScaler", "Normalizer",
        "LabelEncoder", "OneHotEncoder", "OrdinalEncoder", "LabelBinarizer", "SimpleImputer",
        "Imputer", "KNNImputer", "IterativeImputer", "PolynomialFeatures", "PowerTransformer",
        "QuantileTransformer", "KBinsDiscretizer", "ColumnTransformer", "FunctionTransformer",
        "CountVectorizer", "TfidfVectorizer", "TfidfTransformer", "HashingVectorizer", "PCA",
        "TruncatedSVD", "SelectKBest", "VarianceThreshold", "RFE", "SelectFromModel",
        "Tokenizer", "ImageDataGenerator", "SMOTE", "RandomOverSampler", "RandomUnderSampler",
        "ADASYN", "MultiLabelBinarizer", "TargetEncoder", "Binarizer", "PorterStemmer",
        "WordNetLemmatizer", "SparsePCA", "KernelPCA", "SelectPercentile", "DictVectorizer",
    }
)
PREPROCESSING_CALLS = frozenset(
    {
        "train_test_split", "fit_transform", "get_dummies", "merge", "concat", "join", "fillna",
        "dropna", "drop_duplicates", "replace", "astype", "map", "apply", "applymap", "transform",
        "cut", "qcut", "to_datetime", "to_numeric", "factorize", "pad_sequences", "to_categorical",
        "text_to_sequence", "melt", "pivot", "pivot_table", "stack", "unstack", "explode",
        "assign", "insert", "pop", "drop", "resample", "interpolate", "ffill", "bfill", "clip",
        "shift", "rolling", "word_tokenize", "reset_index", "set_index", "sort_values",
        "inverse_transform", "reindex", "texts_to_sequences", "fit_on_texts", "expand_dims",
        "reshape", "append", "query", "where", "select_dtypes", "add_constant", "DataFrame",
        "Series", "groupby", "sample", "isin", "crosstab", "to_frame", "copy", "agg",
    }
)
PLOTS = frozenset(
    {
        "plot", "hist", "boxplot", "scatter", "bar", "barh", "pie", "heatmap", "pairplot",
        "countplot", "distplot", "displot", "histplot", "kdeplot", "violinplot", "jointplot",
        "lmplot", "regplot", "scatterplot", "lineplot", "barplot", "catplot", "factorplot",
        "stripplot", "swarmplot", "relplot", "FacetGrid", "PairGrid", "clustermap", "imshow",
        "figure", "subplots", "subplot", "show", "title", "xlabel", "ylabel", "legend", "iplot",
        "choropleth", "annotate", "plot_tree", "plot_confusion_matrix", "plot_model", "matrix",
        "set_title", "set_xlabel", "set_ylabel", "axhline", "axvline", "tight_layout", "xticks",
        "yticks", "WordCloud", "make_subplots", "add_trace", "update_layout", "scatter_matrix",
        "boxenplot", "pointplot", "residplot", "rugplot", "probplot", "qqplot", "despine",
        "dendrogram", "treemap", "sunburst", "from_estimator", "plot_acf", "plot_pacf", "errorbar",
        "contourf", "contour", "fill_between", "stem", "grid", "suptitle", "colorbar", "ecdfplot",
    }
)
LOOKS = frozenset(
    {
        "head", "tail", "info", "describe", "value_counts", "nunique", "unique", "isnull", "isna",
        "corr", "cov", "skew", "kurt", "display", "print", "duplicated", "memory_usage",
        "nlargest", "nsmallest", "most_common", "summary", "notnull", "notna", "shape", "dtypes",
        "columns", "count", "any", "get_group", "table", "tabulate", "pprint", "corrwith",
    }
)
SETTINGS = frozenset(
    {
        "set_option", "filterwarnings", "simplefilter", "use", "set_style", "set_theme",
        "set_palette", "set_context", "set_printoptions", "init_notebook_mode", "seed",
        "set_random_seed", "manual_seed", "rcParams", "listdir", "walk", "chdir", "getcwd",
        "set_config", "basicConfig", "enable_notebook", "option_context", "collect", "download",
        "disable_warnings", "register_matplotlib_converters", "mount", "set_seed", "register",
        "environ", "check_output", "system", "makedirs", "mkdir", "set_matplotlib_formats",
        "clear_session", "list_physical_devices", "use_backend", "go_offline", "cufflinks",
    }
)
ML_LIBRARIES = (
    "sklearn.linear_model", "sklearn.ensemble", "sklearn.tree", "sklearn.svm", "sklearn.neighbors",
    "sklearn.naive_bayes", "sklearn.neural_network", "sklearn.cluster", "sklearn.mixture",
    "sklearn.discriminant_analysis", "sklearn.gaussian_process", "sklearn.pipeline",
    "sklearn.metrics", "sklearn.model_selection", "sklearn.multiclass", "sklearn.calibration",
    "sklearn.dummy", "sklearn.kernel_ridge", "xgboost", "lightgbm", "catboost", "statsmodels",
    "keras", "tensorflow", "torch", "prophet", "fbprophet", "pmdarima", "imblearn.pipeline",
    "imblearn.ensemble", "mlxtend", "fastai", "transformers", "optuna", "hyperopt",
)
PLOT_LIBRARIES = ("matplotlib", "seaborn", "plotly", "bokeh", "altair", "missingno", "wordcloud",
                  "folium", "cufflinks", "graphviz", "IPython.display", "pydotplus", "yellowbrick")
MODEL_CLASSES = (
    "Classifier", "Regressor", "Regression", "SVC", "SVR", "Lasso", "Ridge", "KMeans", "DBSCAN",
    "GaussianNB", "MultinomialNB", "BernoulliNB", "Sequential", "Perceptron", "ElasticNet", "OLS",
    "Logit", "GLM", "Pipeline", "make_pipeline", "ARIMA", "SARIMAX", "Prophet", "Dense", "LSTM",
    "Conv2D", "EarlyStopping", "Adam", "ModelCheckpoint", "ReduceLROnPlateau", "DMatrix", "Dataset",
)
