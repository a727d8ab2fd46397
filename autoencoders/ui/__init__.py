"""The web app: with app.py the only code that imports streamlit."""
